using System.Security.Cryptography.X509Certificates;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;

namespace KafkaK8s.Sandbox.Tests.Api;

/// <summary>An API server with nothing behind it: no controllers and no kubelet, so that a test decides what becomes of pods.</summary>
internal sealed class BareApi : IAsyncDisposable
{
    private readonly ApiServer _server;
    private readonly Housekeeping _housekeeping;

    private BareApi(ObjectStore store, Faults faults, ApiServer server)
    {
        Store = store;
        Faults = faults;
        _server = server;
        _housekeeping = Housekeeping.Start(store);
    }

    public ObjectStore Store { get; }

    public Faults Faults { get; }

    public static async Task<BareApi> StartAsync()
    {
        var store = new ObjectStore(SandboxClock.RunningAt(1));
        var faults = new Faults(store);
        var server = await ApiServer.StartAsync(store, faults, pods: null, port: 0, TestContext.Current.CancellationToken);
        FirstObjects.Create(store);
        return new BareApi(store, faults, server);
    }

    /// <summary>A client that shows the administrator's certificate and no token.</summary>
    public ApiClient CertifiedClient() => new(
        _server.Address,
        _server.Certificates.AuthorityPem,
        token: null,
        X509Certificate2.CreateFromPem(_server.Certificates.Client.ExportCertificatePem(), _server.Certificates.ClientKeyPem));

    public ApiClient Client(bool withToken = true) => new(_server.Address, _server.Certificates.AuthorityPem, withToken ? _server.Token : null);

    public async ValueTask DisposeAsync()
    {
        await _housekeeping.DisposeAsync();
        await _server.DisposeAsync();
    }
}
