using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Tests.Api;

/// <summary>What a real Kubernetes answered, recorded beside the repository.</summary>
internal static class Transcripts
{
    /// <summary>The file, or null where it isn't.</summary>
    public static string? Path(string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "KafkaK8s.sln")))
        {
            root = root.Parent;
        }

        var path = root?.Parent is { } parent ? System.IO.Path.Combine(parent.FullName, "shared", "kubernetes", "transcripts", name) : null;
        return File.Exists(path) ? path : null;
    }

    /// <summary>The recorded exchanges, in order.</summary>
    public static IReadOnlyList<JsonObject> Read(string name) =>
        Path(name) is { } path ? [.. File.ReadLines(path).Select(line => (JsonObject)JsonNode.Parse(line)!)] : [];
}
