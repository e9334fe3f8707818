using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>A call to the API server, with what its errors need to name: the verb as RBAC knows it, and the object.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below the server's URL, without a slash before it; made of validated names only.</param>
/// <param name="Verb">The verb as RBAC knows it.</param>
/// <param name="Resource">The resource as RBAC knows it: the plural, with the subresource after a slash.</param>
/// <param name="Group">The API group; empty for the core.</param>
/// <param name="Namespace">The namespace, or null for a cluster-wide resource.</param>
/// <param name="Name">The object's name, or null for all of them.</param>
internal sealed record ApiCall(HttpMethod Method, string Path, string Verb, string Resource, string Group, string? Namespace, string? Name)
{
    private readonly string? _description;

    /// <summary>Query parameters, unescaped.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>What is sent, or null.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether the answer is read as it comes, however long that takes: a watch, a log.</summary>
    public bool Streams { get; init; }

    /// <summary>Whether making it twice does what making it once does.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Whether it starts a program in a pod.</summary>
    public bool RunsProgram { get; init; }

    /// <summary>Whether it changes something when it succeeds; a dry run does not.</summary>
    public bool Changes => RunsProgram || (Method != HttpMethod.Get && !Query.Any(parameter => parameter.Key == "dryRun"));

    /// <summary>The object, as errors name it: <c>the-project/kafka</c>.</summary>
    public string? Target => (Namespace, Name) switch
    {
        (null, var name) => name,
        (var space, null) => space,
        var (space, name) => $"{space}/{name}",
    };

    /// <summary>What it does, in words: <c>patch statefulsets the-project/kafka</c>.</summary>
    public string Description
    {
        get => _description ?? (Target is { } target ? $"{Verb} {Resource} {target}" : $"{Verb} {Resource}");
        init => _description = value;
    }

    /// <summary>The path with its query, escaped.</summary>
    public string PathAndQuery => Query.Count == 0
        ? Path
        : $"{Path}?{string.Join('&', Query.Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}"))}";

    /// <summary>The body's bytes as HTTP content, or null.</summary>
    public HttpContent? Content => Body is null
        ? null
        : new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(Body.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue(ContentType) } };
}
