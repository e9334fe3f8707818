using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// A context of a kubeconfig, opened: everything that talks to the cluster goes through one. Opening one makes no call, and the
/// second one to the same cluster in a process shares the first one's TLS connections and credentials.
/// </summary>
public sealed class KubernetesConnection : IDisposable
{
    private readonly ClusterAccess _access;
    private readonly HttpMessageInvoker _pipeline;
    private readonly Lazy<IKubernetes> _client;

    private KubernetesConnection(ResolvedContext context, string? workingNamespace, ClusterAccess access, IOperationObserver observer)
    {
        _access = access;
        Observer = observer;
        ContextName = context.Context.Name;
        Server = access.Server.ToString().TrimEnd('/');
        NamespaceIsChosen = (workingNamespace ?? context.Context.Namespace) is not null;
        Namespace = workingNamespace ?? context.Context.Namespace ?? "default";
        _pipeline = new HttpMessageInvoker(new ApiPipeline(access, observer, TimeProvider.System));
        _client = new Lazy<IKubernetes>(() => new k8s.Kubernetes(
            new KubernetesClientConfiguration { Host = Server, Namespace = Namespace, DisableHttp2 = true },
            new ToPipeline(_pipeline)));
        Resources = new ResourceClient(this);
    }

    /// <summary>The context's name.</summary>
    public string ContextName { get; }

    /// <summary>The server's URL.</summary>
    public string Server { get; }

    /// <summary>The namespace to work in: the one asked for, else the context's, else <c>default</c>.</summary>
    public string Namespace { get; }

    /// <summary>Whether somebody chose the namespace, the caller or the context, rather than nobody, which leaves <c>default</c>.</summary>
    public bool NamespaceIsChosen { get; }

    /// <summary>Hears of every call.</summary>
    public IOperationObserver Observer { get; }

    /// <summary>Any resource, as JSON.</summary>
    public ResourceClient Resources { get; }

    /// <summary>KubernetesClient's own typed client, on the same credentials, connections and retry policy.</summary>
    internal IKubernetes Client => _client.Value;

    /// <summary>Who the calls are from, for errors.</summary>
    internal string CredentialDescription => _access.Credentials.Description;

    /// <summary>What all calls go through.</summary>
    internal HttpMessageInvoker Pipeline => _pipeline;

    /// <summary>What the process knows about this cluster.</summary>
    internal ClusterAccess Access => _access;

    /// <summary>Opens a connection.</summary>
    /// <param name="options">Which cluster.</param>
    /// <param name="observer">Hears of every call of this connection.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException">
    /// <c>KubeConfigNotFound</c>, <c>KubeConfigMalformed</c>, <c>KubeConfigFileMissing</c>, <c>ContextNotFound</c>, <c>NoCurrentContext</c>,
    /// <c>AuthProviderNotSupported</c> or <c>InvalidNamespaceName</c>. That a server can't be reached shows at the first call.
    /// </exception>
    public static Task<KubernetesConnection> OpenAsync(ConnectionOptions options, IOperationObserver observer, CancellationToken cancellation) =>
        Task.Run(() => Open(options, observer, KubeConfigSurroundings.Process), cancellation);

    /// <summary>Opens a connection in given surroundings.</summary>
    internal static KubernetesConnection Open(ConnectionOptions options, IOperationObserver observer, KubeConfigSurroundings surroundings)
    {
        var context = KubeConfig.Load(options.KubeConfig, surroundings).Resolve(options.Context);
        if (options.Namespace is { } asked)
        {
            ResourceNames.RequireNamespace(asked);
        }

        return new KubernetesConnection(context, options.Namespace, ClusterAccess.For(context), observer);
    }

    /// <summary>What the server says of itself, such as <c>v1.32.1</c>.</summary>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">The server can't be reached, or refuses.</exception>
    public async Task<string> GetServerVersionAsync(CancellationToken cancellation)
    {
        var version = await SendForJsonAsync(new ApiCall(HttpMethod.Get, "version", "get", "version", "", null, null), cancellation);
        return (string?)version["gitVersion"] ?? "";
    }

    /// <summary>Lets go of what this connection holds; the process keeps the cluster's connections for the next one.</summary>
    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }

        _pipeline.Dispose();
    }

    /// <summary>Makes a call and reads its answer.</summary>
    /// <exception cref="EngineException">Everything but a success.</exception>
    internal async Task<JsonObject> SendForJsonAsync(ApiCall call, CancellationToken cancellation)
    {
        var (json, _) = await SendAsync(call, cancellation);
        return json;
    }

    /// <summary>Makes a call and reads its answer and status.</summary>
    /// <exception cref="EngineException">Everything but a success.</exception>
    internal async Task<(JsonObject Json, System.Net.HttpStatusCode Status)> SendAsync(ApiCall call, CancellationToken cancellation)
    {
        using var response = await SendForResponseAsync(call, cancellation);
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return (JsonNode.Parse(body)!.AsObject(), response.StatusCode);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new EngineException(
                "AnswerNotUnderstood",
                call.Changes ? EngineErrorKind.OutcomeUnknown : EngineErrorKind.InvalidData,
                call.Target,
                $"The server {Server} of context \"{ContextName}\" answered something other than a Kubernetes object to {call.Description}.",
                "Check that the server in the kubeconfig is a Kubernetes API, and no proxy answers in its place.");
        }
    }

    /// <summary>Makes a call whose answer is read as it comes. The caller disposes of it.</summary>
    /// <exception cref="EngineException">Everything but a success.</exception>
    internal async Task<HttpResponseMessage> SendForResponseAsync(ApiCall call, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_access.Server, call.PathAndQuery))
        {
            Content = call.Content,
            Version = System.Net.HttpVersion.Version11,
        };
        request.Headers.Accept.ParseAdd(call.Streams ? "*/*" : "application/json");
        request.Options.Set(ApiPipeline.ReadsBody, !call.Streams);
        request.Options.Set(ApiPipeline.IsIdempotent, call.IsIdempotent || call.Method == HttpMethod.Get);

        HttpResponseMessage response;
        try
        {
            response = await _pipeline.SendAsync(request, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            throw TransportErrors.Translate(exception, call, this);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new OperationCanceledException(null, exception, cancellation);
        }

        if (response.IsSuccessStatusCode)
        {
            Warn(response);
            return response;
        }

        using (response)
        {
            throw StatusErrors.Translate(
                response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(cancellation), call, this);
        }
    }

    /// <summary>Hands on what the server warns of, such as a deprecated API.</summary>
    private void Warn(HttpResponseMessage response)
    {
        foreach (var warning in response.Headers.Warning.Where(warning => warning.Code == 299))
        {
            Observer.Warning(warning.Text.Trim('"'));
        }
    }

    /// <summary>Leads the typed client's requests into the connection's own pipeline.</summary>
    private sealed class ToPipeline(HttpMessageInvoker pipeline) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            pipeline.SendAsync(request, cancellationToken);
    }
}
