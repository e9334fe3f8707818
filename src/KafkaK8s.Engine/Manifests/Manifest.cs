using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Manifests;

/// <summary>One Kubernetes resource as it is to be, and the file that the article keeps it in.</summary>
/// <param name="FileName">The file's name, such as <c>240-kafka-statefulset.yml</c>; its number is the order of creation.</param>
/// <param name="Body">The whole resource, with <c>apiVersion</c>, <c>kind</c> and <c>metadata.name</c>.</param>
public sealed record Manifest(string FileName, JsonObject Body)
{
    /// <summary>The API version, such as <c>apps/v1</c>.</summary>
    public string ApiVersion => (string?)Body["apiVersion"] ?? "";

    /// <summary>The kind, such as <c>StatefulSet</c>.</summary>
    public string Kind => (string?)Body["kind"] ?? "";

    /// <summary>The resource's name.</summary>
    public string Name => (string?)Body["metadata"]?["name"] ?? "";

    /// <summary>The namespace, or null for a resource that is in none.</summary>
    public string? Namespace => (string?)Body["metadata"]?["namespace"];

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {(Namespace is null ? Name : $"{Namespace}/{Name}")}";
}
