using System.Diagnostics;
using System.Text;

namespace KafkaK8s.Sandbox.Tests.Api;

/// <summary>Real kubectl works on a sandbox.</summary>
public sealed class KubectlTests : IAsyncLifetime
{
    private const string Manifest = """
        apiVersion: v1
        kind: Service
        metadata:
          name: kafka-headless
        spec:
          clusterIP: None
          ports:
          - name: broker
            port: 9092
          selector:
            app: kafka
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: kafka
        spec:
          serviceName: kafka-headless
          replicas: 3
          selector:
            matchLabels:
              app: kafka
          template:
            metadata:
              labels:
                app: kafka
            spec:
              containers:
              - name: kafka
                image: confluentinc/cp-kafka:7.9.2
                env:
                - name: A
                  value: "1"
        """;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("kubectl");
    private SandboxServer? _sandbox;

    private static string? Kubectl { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl"))
        .FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        _sandbox.WriteKubeConfig(Path.Combine(_home.FullName, "config"));
    }

    public async ValueTask DisposeAsync()
    {
        await _sandbox!.DisposeAsync();
        _home.Delete(recursive: true);
    }

    [Fact]
    public async Task It_creates_shows_describes_scales_patches_and_deletes()
    {
        await RunAsync(Manifest, "create", "-f", "-");
        var table = await RunAsync("", "get", "statefulsets,services");
        var description = await RunAsync("", "describe", "statefulset", "kafka");
        await RunAsync("", "scale", "statefulset", "kafka", "--replicas=5");
        await RunAsync("", "patch", "statefulset", "kafka", "-p", """{"spec":{"template":{"spec":{"containers":[{"name":"kafka","env":[{"name":"B","value":"2"}]}]}}}}""");
        var names = await RunAsync("", "get", "statefulset", "kafka", "-o", "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].env[*].name}");
        var deleted = await RunAsync("", "delete", "statefulset,service", "--all", "--timeout=20s");

        Assert.Matches(@"statefulset.apps/kafka\s+0/3", table);
        Assert.Matches(@"service/kafka-headless\s+ClusterIP\s+None\s+<none>\s+9092/TCP", table);
        Assert.Contains("Update Strategy:    RollingUpdate", description, StringComparison.Ordinal);
        Assert.Equal("5 B A", names);
        Assert.Contains("statefulset.apps \"kafka\" deleted", deleted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_applies_from_the_client_and_from_the_server()
    {
        var created = await RunAsync(Manifest, "apply", "-f", "-");
        var again = await RunAsync(Manifest, "apply", "-f", "-");
        var changed = await RunAsync(Manifest.Replace("replicas: 3", "replicas: 4", StringComparison.Ordinal), "apply", "-f", "-");
        var conflict = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync(Manifest, "apply", "--server-side", "--field-manager=other", "-f", "-"));
        await RunAsync(Manifest, "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-");
        var replicas = await RunAsync("", "get", "statefulset", "kafka", "-o", "jsonpath={.spec.replicas}");

        Assert.Contains("statefulset.apps/kafka created", created, StringComparison.Ordinal);
        Assert.Contains("statefulset.apps/kafka unchanged", again, StringComparison.Ordinal);
        Assert.Contains("statefulset.apps/kafka configured", changed, StringComparison.Ordinal);
        Assert.Contains("conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas", conflict.Message, StringComparison.Ordinal);
        Assert.Equal("3", replicas);
    }

    [Fact]
    public async Task It_makes_things_from_words_and_asks_what_it_may_do()
    {
        await RunAsync("", "create", "namespace", "the-project");
        await RunAsync("", "create", "configmap", "settings", "-n", "the-project", "--from-literal=a=b");
        var value = await RunAsync("", "get", "configmap", "settings", "-n", "the-project", "-o", "jsonpath={.data.a}");
        var mayI = await RunAsync("", "auth", "can-i", "create", "pods/exec");
        await RunAsync("", "delete", "namespace", "the-project", "--timeout=20s");
        var left = await RunAsync("", "get", "namespaces", "-o", "name");

        Assert.Equal("b", value);
        Assert.Equal("yes", mayI.Trim());
        Assert.DoesNotContain("the-project", left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_told_which_fields_and_kinds_there_are_not()
    {
        var field = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync(Manifest.Replace("serviceName", "serviceNam", StringComparison.Ordinal), "create", "-f", "-"));
        var kind = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: x\n", "create", "-f", "-"));

        Assert.Contains("unknown field \"spec.serviceNam\"", field.Message, StringComparison.Ordinal);
        Assert.Contains("no matches for kind \"PodDisruptionBudget\" in version \"policy/v1beta1\"", kind.Message, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string input, params string[] arguments)
    {
        Assert.SkipWhen(Kubectl is null, "kubectl isn't on the PATH");
        var start = new ProcessStartInfo(Kubectl!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["KUBECONFIG"] = Path.Combine(_home.FullName, "config"), ["HOME"] = _home.FullName },
        };
        using var kubectl = Process.Start(start)!;
        await kubectl.StandardInput.WriteAsync(input);
        kubectl.StandardInput.Close();
        var output = kubectl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await kubectl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
        return kubectl.ExitCode == 0 ? await output : throw new InvalidOperationException(errors);
    }
}
