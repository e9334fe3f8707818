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
    private readonly Access _access;
    private readonly Faults _faults;

    private ApiServer(ObjectStore store, Faults faults, IPodSubresources? pods, int port)
    {
        _faults = faults;
        _access = new Access(store);
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
    public static async Task<ApiServer> StartAsync(
        ObjectStore store, Faults faults, IPodSubresources? pods, int port, CancellationToken cancellation)
    {
        var server = new ApiServer(store, faults, pods, port);
        store.AuthorityPem = server._certificates.AuthorityPem;
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
            await _faults.ServeAsync(context, AnswerAsync);
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
        try
        {
            await RouteAsync(context, _authentication.Authenticate(context));
        }
        catch (ApiException refusal) when (!context.Response.HasStarted)
        {
            await Responses.WriteRefusalAsync(context, refusal);
        }
    }

    private async Task RouteAsync(HttpContext context, ApiUser user)
    {
        if (ApiRequest.Read(context.Request) is { } request)
        {
            _access.Require(user, request, context.WebSockets.IsWebSocketRequest || context.Request.Headers.Upgrade.Count > 0);
            await (request is { Subresource: "log" or "exec" or "attach" or "portforward" } && request.Kind == ResourceKind.Pods
                ? ServePodAsync(context, request)
                : _objects.ServeAsync(context, request));
            return;
        }

        var path = context.Request.Path.Value!;
        Access.RequirePath(user, context.Request.Method, path);
        if (path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" && context.Request.Method == "POST")
        {
            var review = await RequestBody.ReadOptionsAsync(context) ?? throw ApiException.BadRequest("the request has no body");
            await Responses.WriteJsonAsync(context, _access.Review(user, review), 201);
        }
        else if (path is "/healthz" or "/livez" or "/readyz")
        {
            await context.Response.WriteAsync("ok", context.RequestAborted);
        }
        else if (path == "/openapi/v2")
        {
            context.Response.ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
            await context.Response.Body.WriteAsync(OpenApi.Version2, context.RequestAborted);
        }
        else
        {
            var answer = Discovery.Answer(context.Request) ?? OpenApi.Answer(path) ?? throw ApiException.UnknownPath();
            await Responses.WriteJsonAsync(context, answer, 200, Discovery.ContentType(answer));
        }
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
