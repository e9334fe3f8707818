using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>Exec, logs and port-forward on the sandbox's pods, and logs that break.</summary>
public sealed class SandboxPodTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Programs_run_with_their_arguments_input_output_and_exit_code()
    {
        using var connection = await sandbox.OpenAsync();
        var pod = await StartClientAsync(connection);

        Assert.Equal(new ExecResult(0, "a b $(id) \"\n", ""), await PodExec.CaptureAsync(connection, pod, ["echo", "a b", "$(id)", "\""], null, Cancellation));
        Assert.Equal(1, (await PodExec.CaptureAsync(connection, pod, ["false"], null, Cancellation)).ExitCode);
        var text = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 20_000)));
        var echoed = await PodExec.CaptureAsync(connection, pod, ["cat"], new MemoryStream(text), Cancellation);
        Assert.Equal(0, echoed.ExitCode);
        Assert.Equal(Encoding.UTF8.GetString(text), echoed.StandardOutput);
    }

    [Fact]
    public async Task What_is_not_there_is_told_apart()
    {
        using var connection = await sandbox.OpenAsync();
        var pod = await StartClientAsync(connection);

        async Task<string> IdAsync(PodTarget target, string program) =>
            (await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, target, [program], null, Cancellation))).Id;

        Assert.Equal("ProgramNotFound", await IdAsync(pod, "no-such-program"));
        Assert.Equal("ContainerNotFound", await IdAsync(pod with { Container = "nope" }, "true"));
        Assert.Equal("ResourceNotFound", await IdAsync(pod with { Pod = "absent" }, "true"));
    }

    [Fact]
    public async Task A_members_log_can_be_read_and_its_port_be_talked_to()
    {
        using var connection = await sandbox.OpenAsync();
        var specification = new ClusterSpecification(
            new ClusterIdentity(connection.Namespace), ClusterPreset.Article, IncludeNamespace: false, new ZookeeperSpecification(Replicas: 1), null, null);
        foreach (var manifest in ClusterManifests.Create(specification, null, _ => { }).Where(manifest => (string?)manifest.Body["kind"] != "PodDisruptionBudget"))
        {
            await connection.Resources.ApplyAsync(manifest.Body, new ApplyOptions(), Cancellation);
        }

        var member = new PodTarget(connection.Namespace, "kafka-zookeeper-0");
        await UntilAsync(connection, member.Pod, pod => pod["status"]?["containerStatuses"]?[0]?["ready"]?.GetValue<bool>() == true);

        await using var stream = await PortForward.ConnectAsync(connection, member.Namespace, member.Pod, 2181, Cancellation);
        await stream.WriteAsync("ruok"u8.ToArray(), Cancellation);
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer, Cancellation);
        Assert.Equal("imok", Encoding.ASCII.GetString(answer));

        await using var closed = await PortForward.ConnectAsync(connection, member.Namespace, member.Pod, 9, Cancellation);
        Assert.Equal("PortForwardFailed", (await Assert.ThrowsAsync<EngineException>(() => closed.ReadAsync(answer, Cancellation).AsTask())).Id);

        var all = await LinesAsync(connection, member, new LogOptions());
        Assert.NotEmpty(all);
        Assert.All(await LinesAsync(connection, member, new LogOptions(TailLines: 2)), line => Assert.Contains(line, all));
        var missing = await Assert.ThrowsAsync<EngineException>(() => LinesAsync(connection, member, new LogOptions(Previous: true)));
        Assert.Equal("PreviousLogNotFound", missing.Id);
    }

    [Fact]
    public async Task A_log_is_asked_for_as_its_options_say_and_comes_line_by_line()
    {
        string? query = null;
        var release = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(async context =>
        {
            query = context.Request.QueryString.Value;
            await context.Response.WriteAsync("first\nsecond", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await release.Task;
        });
        using var connection = server.Open();
        var options = new LogOptions(Follow: true, TailLines: 5, Previous: true, SinceSeconds: 60, Timestamps: true);
        await using var lines = PodLogs.ReadAsync(connection, new PodTarget("n", "p", "c"), options, Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("first", lines.Current);
        Assert.Equal("?container=c&follow=true&tailLines=5&previous=true&sinceSeconds=60&timestamps=true", query);
        release.SetResult();
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("second", lines.Current);
        Assert.False(await lines.MoveNextAsync());
    }

    [Fact]
    public async Task A_log_that_breaks_off_is_an_error_and_not_an_end()
    {
        var seen = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first\nsec", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await seen.Task;
            context.Abort();
        });
        using var connection = server.Open();
        await using var lines = PodLogs.ReadAsync(connection, new PodTarget("n", "p"), new LogOptions(Follow: true), Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.True(await lines.MoveNextAsync());
        seen.SetResult();
        var error = await Assert.ThrowsAsync<EngineException>(() => lines.MoveNextAsync().AsTask());

        Assert.Equal("ConnectionLost", error.Id);
        Assert.Contains("the log of n/p", error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> LinesAsync(KubernetesConnection connection, PodTarget target, LogOptions options)
    {
        var lines = new List<string>();
        await foreach (var line in PodLogs.ReadAsync(connection, target, options, Cancellation))
        {
            lines.Add(line);
        }

        return lines;
    }

    private static async Task<PodTarget> StartClientAsync(KubernetesConnection connection)
    {
        var pod = JsonNode.Parse($$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"client","namespace":"{{{connection.Namespace}}}"},
             "spec":{"containers":[{"name":"kafka","image":"confluentinc/cp-kafka:4.1.2-2","command":["sh","-c","exec tail -f /dev/null"] } ] } }
            """)!.AsObject();
        await connection.Resources.CreateAsync(pod, dryRun: false, Cancellation);
        await UntilAsync(connection, "client", live => (string?)live["status"]?["phase"] == "Running");
        return new PodTarget(connection.Namespace, "client", "kafka");
    }

    private static async Task UntilAsync(KubernetesConnection connection, string pod, Func<JsonObject, bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await foreach (var change in connection.Resources.WatchAsync(new ResourceQuery("v1", "Pod", connection.Namespace, FieldSelector: $"metadata.name={pod}"), limit.Token))
        {
            if (isSo(change.Resource))
            {
                return;
            }
        }
    }
}
