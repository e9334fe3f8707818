using System.Text;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox;

/// <summary>A practice cluster in this process: its API on a loopback port, and the kubeconfig that leads there.</summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    private readonly ApiServer _api;
    private readonly Housekeeping _housekeeping;
    private readonly ControlPlane? _controlPlane;

    private SandboxServer(ApiServer api, ObjectStore store, Faults faults, Housekeeping housekeeping, ControlPlane? controlPlane)
    {
        _api = api;
        Store = store;
        Faults = faults;
        _housekeeping = housekeeping;
        _controlPlane = controlPlane;
    }

    /// <summary>Where the API serves.</summary>
    public Uri Address => _api.Address;

    /// <summary>The cluster's state.</summary>
    public ObjectStore Store { get; }

    /// <summary>What goes wrong with requests, on request.</summary>
    public Faults Faults { get; }

    /// <summary>The time that the cluster lives by.</summary>
    public SandboxClock Clock => Store.Clock;

    /// <summary>What goes wrong with pods, on request.</summary>
    /// <exception cref="InvalidOperationException">The cluster runs no pods.</exception>
    public PodFaults PodFaults => _controlPlane?.Faults ?? throw new InvalidOperationException("this sandbox runs no pods");

    /// <summary>Fails when something went wrong that is the sandbox's own fault.</summary>
    public Task Broken => _controlPlane is null ? _housekeeping.Broken : Task.WhenAny(_controlPlane.Broken, _housekeeping.Broken).Unwrap();

    /// <summary>A kubeconfig with the one context <c>sandbox</c>, for its administrator.</summary>
    public string KubeConfigYaml =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: sandbox
        clusters:
        - name: sandbox
          cluster:
            server: {Address.ToString().TrimEnd('/')}
            certificate-authority-data: {Base64(_api.Certificates.AuthorityPem)}
        users:
        - name: sandbox-admin
          user:
            token: {_api.Token}
        contexts:
        - name: sandbox
          context:
            cluster: sandbox
            user: sandbox-admin

        """;

    /// <summary>Starts a cluster.</summary>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellation)
    {
        var store = new ObjectStore(options.Clock ?? SandboxClock.RunningAt(1));
        var faults = new Faults(store);
        FirstObjects.Create(store);
        var controlPlane = options.Runtime is { } runtime ? ControlPlane.Start(store, runtime, options.ImagePullTime) : null;
        var api = await ApiServer.StartAsync(store, faults, controlPlane?.Endpoints, options.Port, cancellation);
        return new SandboxServer(api, store, faults, Housekeeping.Start(store), controlPlane);
    }

    /// <summary>Writes the kubeconfig to a file that only its owner can read.</summary>
    public void WriteKubeConfig(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(KubeConfigYaml);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _housekeeping.DisposeAsync();
        if (_controlPlane is not null)
        {
            await _controlPlane.DisposeAsync();
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
