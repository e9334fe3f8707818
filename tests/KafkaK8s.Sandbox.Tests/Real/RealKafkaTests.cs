using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Pods.Real;

namespace KafkaK8s.Sandbox.Tests.Real;

/// <summary>Clusters of real ZooKeeper and Kafka processes, stood up by kubectl from manifests.</summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class RealKafkaTests
{
    private const string Namespace = "the-project";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_articles_files_become_a_working_cluster_of_kafka_1_1_1()
    {
        var distribution = Distribution();
        var article = Article();
        await using var sandbox = await StartAsync(distribution);
        using var kubectl = new Kubectl(sandbox);

        foreach (var file in Directory.EnumerateFiles(article, "*.yml").Order(StringComparer.Ordinal))
        {
            var (exitCode, _, errors) = await kubectl.RunAsync(null, "create", "-f", file);

            // The budget's version is gone from this cluster as from any of today; a reader would take the one that is there.
            if (exitCode != 0)
            {
                Assert.Equal("150-zookeeper-disruptionbudget.yml", Path.GetFileName(file));
                Assert.NotEqual("", errors);
                var edited = (await File.ReadAllTextAsync(file, Cancellation)).Replace("policy/v1beta1", "policy/v1", StringComparison.Ordinal);
                await kubectl.DoAsync(edited, "create", "-f", "-");
            }
        }

        await UntilReadyAsync(sandbox, "kafka-zookeeper", "kafka");
        string[] exec = ["exec", "-i", "-n", Namespace, "kafka-test-client", "--"];
        var created = await kubectl.DoAsync(
            null, [.. exec, "kafka-topics", "--zookeeper", "kafka-zookeeper:2181", "--create", "--topic", "test", "--partitions", "3", "--replication-factor", "3"]);
        var listed = await kubectl.DoAsync(null, [.. exec, "kafka-topics", "--zookeeper", "kafka-zookeeper:2181", "--list"]);
        await kubectl.DoAsync("hello\nworld\n", [.. exec, "kafka-console-producer", "--broker-list", "kafka:9092", "--topic", "test"]);
        var received = await kubectl.DoAsync(
            null, [.. exec, "kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "test", "--from-beginning", "--max-messages", "2"]);
        var modes = await Task.WhenAll(Enumerable.Range(0, 3).Select(member => kubectl.DoAsync(
            null, "exec", "-n", Namespace, $"kafka-zookeeper-{member}", "--", "sh", "-c", "echo srvr | nc -w 2 127.0.0.1 2181 | grep '^Mode: '")));

        Assert.Equal("Created topic \"test\".\n", created);
        Assert.Contains("test", listed.Split('\n'));
        Assert.Equal(["hello", "world"], received.TrimEnd().Split('\n').Order());
        Assert.Equal(["Mode: follower\n", "Mode: follower\n", "Mode: leader\n"], modes.Order());
    }

    [Fact]
    public async Task Todays_images_become_a_working_cluster_of_kafka_3_9_that_survives_a_broker()
    {
        var distribution = Distribution();
        await using var sandbox = await StartAsync(distribution);
        using var kubectl = new Kubectl(sandbox);
        await kubectl.DoAsync(Manifests.Standard, "create", "-f", "-");

        await UntilReadyAsync(sandbox, "kafka-zookeeper", "kafka");
        string[] exec = ["exec", "-i", "-n", Namespace, "kafka-0", "--", "env", "KAFKA_HEAP_OPTS=-Xmx256M", "kafka-topics", "--bootstrap-server", "localhost:9092"];
        var created = await kubectl.DoAsync(null, [.. exec, "--create", "--topic", "test", "--partitions", "1", "--replication-factor", "3"]);
        var version = await kubectl.DoAsync(null, "exec", "-n", Namespace, "kafka-0", "--", "kafka-topics", "--version");
        var before = sandbox.Store.Get(ResourceKind.Pods, Namespace, "kafka-1").TextAt("metadata", "uid");
        await kubectl.DoAsync(null, "delete", "pod", "-n", Namespace, "kafka-1", "--wait=true");
        await UntilAsync(sandbox, ResourceKind.Pods, "kafka-1", pod => pod.IsReady() && pod.TextAt("metadata", "uid") != before);
        var described = await kubectl.DoAsync(null, [.. exec, "--describe", "--topic", "test"]);

        Assert.Equal("Created topic test.\n", created);
        Assert.Equal("7.9.2-ccs\n", version);
        Assert.Contains("\tReplicas: ", described, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_pod_runs_the_programs_that_its_image_has_and_no_others()
    {
        var distribution = Distribution();
        await using var sandbox = await StartAsync(distribution);
        using var kubectl = new Kubectl(sandbox);
        await kubectl.DoAsync(null, "create", "namespace", Namespace);
        await kubectl.DoAsync(null, "run", "-n", Namespace, "client", "--image=confluentinc/cp-kafka:4.1.2-2", "--command", "--", "tail", "-f", "/dev/null");
        await UntilAsync(sandbox, ResourceKind.Pods, "client", pod => pod.IsReady());
        string[] exec = ["exec", "-i", "-n", Namespace, "client", "--"];

        var echoed = await kubectl.DoAsync("one\ntwo\n", [.. exec, "cat"]);
        var failed = await kubectl.RunAsync(null, [.. exec, "sh", "-c", "echo out; echo err >&2; exit 42"]);
        var missing = await kubectl.RunAsync(null, [.. exec, "kafka-topics.sh", "--version"]);
        var elsewhere = await kubectl.RunAsync(null, [.. exec, "/opt/kafka/bin/kafka-topics.sh", "--version"]);
        var written = await kubectl.DoAsync("content", [.. exec, "sh", "-c", "cat > \"$1\"; cat /tmp/file", "sh", "/tmp/file"]);

        Assert.Equal("one\ntwo\n", echoed);
        Assert.Equal((42, "out\n"), (failed.ExitCode, failed.Output));
        Assert.StartsWith("err\n", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("exec: \"kafka-topics.sh\": executable file not found in $PATH", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("stat /opt/kafka/bin/kafka-topics.sh: no such file or directory", elsewhere.Errors, StringComparison.Ordinal);
        Assert.Equal("content", written);
        Assert.False(File.Exists("/tmp/file"));
    }

    [Theory]
    [InlineData("KAFKA_PORT=tcp://10.96.0.1:9092", "port is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.")]
    [InlineData("KAFKA_ZOOKEEPER_CONNECT=", "KAFKA_ZOOKEEPER_CONNECT is required.")]
    public async Task A_broker_refuses_to_start_on_what_its_image_refuses(string variable, string words)
    {
        var distribution = Distribution();
        await using var sandbox = await StartAsync(distribution);
        var env = new Dictionary<string, string>
        {
            ["KAFKA_ZOOKEEPER_CONNECT"] = "nowhere:2181",
            ["KAFKA_ADVERTISED_LISTENERS"] = "PLAINTEXT://localhost:9092",
            [variable.Split('=')[0]] = variable.Split('=')[1],
        };
        sandbox.Store.Create(ResourceKind.Pods, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "broker", ["namespace"] = "default" },
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "kafka",
                    ["image"] = "confluentinc/cp-kafka:4.1.2-2",
                    ["env"] = new JsonArray([.. env.Select(entry => (JsonNode)new JsonObject { ["name"] = entry.Key, ["value"] = entry.Value })]),
                }),
            },
        });
        using var kubectl = new Kubectl(sandbox);

        var pod = await UntilAsync(sandbox, ResourceKind.Pods, "broker", pod => pod.HasEnded(), "default");
        var log = await kubectl.DoAsync(null, "logs", "broker");

        Assert.Equal(1, pod.ObjectsAt("status", "containerStatuses").Single().NumberAt("state", "terminated", "exitCode"));
        Assert.Contains(words, log.Split('\n'));
    }

    private static Task<SandboxServer> StartAsync(KafkaDistribution distribution) => SandboxServer.StartAsync(
        new SandboxOptions { Clock = SandboxClock.RunningAt(10), Runtime = surroundings => new RealRuntime(distribution, surroundings) }, Cancellation);

    private static KafkaDistribution Distribution()
    {
        Assert.SkipUnless(Kubectl.IsThere, "there is no kubectl");
        try
        {
            return KafkaDistribution.Find();
        }
        catch (KafkaDistributionException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    private static string Article()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "KafkaK8s.sln")))
        {
            root = root.Parent;
        }

        var folder = Path.Combine(root?.Parent?.FullName ?? "", "shared", "seed", "article");
        Assert.SkipUnless(Directory.Exists(folder), "../shared/seed/article isn't there");
        return folder;
    }

    private static async Task UntilReadyAsync(SandboxServer sandbox, params string[] sets)
    {
        foreach (var set in sets)
        {
            await UntilAsync(sandbox, ResourceKind.StatefulSets, set, item => item.NumberAt("status", "readyReplicas") == 3);
        }
    }

    private static async Task<JsonObject> UntilAsync(SandboxServer sandbox, ResourceKind kind, string name, Func<JsonObject, bool> isSo, string ns = Namespace)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        var from = sandbox.Store.Version;
        if (sandbox.Store.Get(kind, ns, name) is { } now && isSo(now))
        {
            return now;
        }

        try
        {
            await foreach (var change in sandbox.Store.WatchAsync(kind, ns, from, patience.Token))
            {
                if (change.Object.Name() == name && isSo(change.Object))
                {
                    return change.Object;
                }
            }
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            // It says what it found below.
        }

        throw new TimeoutException(
            $"{kind} {name} never became so; pods: {string.Join(' ', sandbox.Store.List(ResourceKind.Pods, ns).Select(pod => $"{pod.Name()} {pod.At("status", "containerStatuses").ToText()}"))}");
    }
}
