using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What a request is about, read from its method, path and query as the API server reads them.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete or deletecollection.</param>
/// <param name="Kind">The kind of object.</param>
/// <param name="Namespace">The namespace in the path, null for none.</param>
/// <param name="Name">The object's name in the path, null for none.</param>
/// <param name="Subresource">What of it: <c>status</c>, <c>scale</c>, <c>exec</c>…; null for the object itself.</param>
internal sealed record ApiRequest(string Verb, ResourceKind Kind, string? Namespace, string? Name, string? Subresource)
{
    /// <summary>Reads a request; null when its path names no kind of object that the API serves.</summary>
    public static ApiRequest? Read(HttpRequest request)
    {
        var segments = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, version, rest) = segments switch
        {
            ["api", var v, .. var tail] => ("", v, tail),
            ["apis", var g, var v, .. var tail] => (g, v, tail),
            _ => (null, null, []),
        };
        if (group is null || rest.Length == 0)
        {
            return null;
        }

        // namespaces/NAME is an object; namespaces/NAME/PLURAL is what lives in it. A namespace's own subresources are few.
        var (ns, plural, name, subresource) = rest switch
        {
            ["namespaces", var n, "status" or "finalize"] => (null, "namespaces", n, rest[2]),
            ["namespaces", var n, var p, .. var tail] when tail.Length <= 2 => (n, p, tail.ElementAtOrDefault(0), tail.ElementAtOrDefault(1)),
            [var p, .. var tail] when tail.Length <= 2 => (null, p, tail.ElementAtOrDefault(0), tail.ElementAtOrDefault(1)),
            _ => (null, null, null, null),
        };
        var kind = ResourceKind.All.FirstOrDefault(candidate =>
            candidate.Group == group && candidate.Version == version && candidate.Plural == plural);
        if (kind is null || (ns is not null && !kind.Namespaced) || (kind.Namespaced && ns is null && name is not null))
        {
            return null;
        }

        return new ApiRequest(VerbOf(request, name), kind, ns, name, subresource);
    }

    private static string VerbOf(HttpRequest request, string? name) => request.Method switch
    {
        "GET" or "HEAD" when request.Query["watch"].ToString() is "true" or "1" => "watch",
        "GET" or "HEAD" => name is null ? "list" : "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => name is null ? "deletecollection" : "delete",
        var other => other,
    };
}
