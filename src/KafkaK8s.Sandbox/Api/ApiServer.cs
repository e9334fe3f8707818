using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Serves the store over HTTPS on the loopback address: who asks, whether they may, and what is asked.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly Certificates _certificates = new();
    private readonly WebApplication _web;
    private readonly ObjectEndpoints _objects;
    private readonly IPodSubresources? _pods;
    private readonly Authentication _authentication;

    private ApiServer(ObjectStore store, IPodSubresources? pods, int port)
    {
        _pods = pods;
        _objects = new ObjectEndpoints(store);
        _authentication = new Authentication(Token, _certificates);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 16 << 20;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = _certificates.Server,
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    ClientCertificateValidation = (certificate, _, _) => _certificates.Signed(certificate),
                });
            });
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _web = builder.Build();
        _web.UseWebSockets();
        _web.Run(ServeAsync);
    }

    /// <summary>Where it serves, with the port that it got.</summary>
    public Uri Address => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>The administrator's bearer token.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    /// <summary>The authority that signed the server's certificate, and the administrator's.</summary>
    public Certificates Certificates => _certificates;

    /// <summary>Starts serving.</summary>
    public static async Task<ApiServer> StartAsync(ObjectStore store, IPodSubresources? pods, int port, CancellationToken cancellation)
    {
        var server = new ApiServer(store, pods, port);
        await server._web.StartAsync(cancellation);
        return server;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        _certificates.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache, private";
        try
        {
            await AnswerAsync(context);
        }
        catch (ApiException refusal) when (!context.Response.HasStarted)
        {
            await Responses.WriteRefusalAsync(context, refusal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var user = _authentication.Authenticate(context);
        var request = ApiRequest.Read(context.Request);
        if (request is null)
        {
            throw ApiException.UnknownPath();
        }

        if (request.Kind == ResourceKind.Pods && request.Subresource is "log" or "exec" or "attach" or "portforward")
        {
            await ServePodAsync(context, request);
            return;
        }

        await _objects.ServeAsync(context, request, user);
    }

    private async Task ServePodAsync(HttpContext context, ApiRequest request)
    {
        var pod = _objects.Store.Get(ResourceKind.Pods, request.Namespace, request.Name!)
            ?? throw ApiException.NotFound(ResourceKind.Pods, request.Name!);
        if (_pods is null)
        {
            throw ApiException.UnknownPath();
        }

        await (request.Subresource switch
        {
            "log" => _pods.LogAsync(context, pod),
            "exec" => _pods.ExecAsync(context, pod),
            "attach" => _pods.AttachAsync(context, pod),
            _ => _pods.PortForwardAsync(context, pod),
        });
    }
}
