using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Manifests;

/// <summary>One resource in a file.</summary>
/// <param name="Body">The resource, without what only the server writes.</param>
/// <param name="File">The file's path.</param>
/// <param name="Number">Which of the file's documents, from 1; empty ones don't count.</param>
public sealed record ManifestDocument(JsonObject Body, string File, int Number)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}, document {Number}");
}

/// <summary>Reads manifests from files: the article's, an export, or what <c>kubectl get -o yaml</c> printed.</summary>
public static class ManifestFiles
{
    private static readonly string[] ServersOwn = ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"];

    /// <summary>Reads files, in their order.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellation">Ends it between two files.</param>
    /// <exception cref="EngineException"><c>ManifestNotRead</c>; <c>MalformedYaml</c> with file and line; <c>InvalidResource</c> with file and document.</exception>
    public static async Task<IReadOnlyList<ManifestDocument>> ReadAsync(IEnumerable<string> paths, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var documents = new List<ManifestDocument>();
        foreach (var path in paths)
        {
            documents.AddRange(Read(await TextAsync(path, cancellation), path));
        }

        return documents;
    }

    /// <summary>The documents of one text.</summary>
    internal static IEnumerable<ManifestDocument> Read(string text, string path) =>
        ManifestReader.ReadAll(text, path)
            .Select((body, index) => new ManifestDocument(body, path, index + 1))
            .SelectMany(Items)
            .Select(document => Check(document with { Body = Clean(document.Body) }));

    private static async Task<string> TextAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(
                "ManifestNotRead", e is FileNotFoundException or DirectoryNotFoundException ? EngineErrorKind.NotFound : EngineErrorKind.InvalidArgument, path, $"The file '{path}' could not be read: {e.Message} Nothing was changed.", null, e);
        }
    }

    // kubectl prints several objects as one list.
    private static IEnumerable<ManifestDocument> Items(ManifestDocument document) =>
        (string?)document.Body["kind"] == "List" && document.Body["items"] is JsonArray items
            ? items.OfType<JsonObject>().Select(item => document with { Body = item.DeepClone().AsObject() })
            : [document];

    private static JsonObject Clean(JsonObject body)
    {
        body.Remove("status");
        if (body["metadata"] is JsonObject metadata)
        {
            foreach (var field in ServersOwn)
            {
                metadata.Remove(field);
            }
        }

        return body;
    }

    private static ManifestDocument Check(ManifestDocument document)
    {
        foreach (var (field, node) in new[] { ("apiVersion", document.Body["apiVersion"]), ("kind", document.Body["kind"]), ("metadata.name", (document.Body["metadata"] as JsonObject)?["name"]) })
        {
            if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length == 0)
            {
                throw new EngineException(
                    "InvalidResource", EngineErrorKind.InvalidData, document.ToString(), $"{document}: there is no {field}, so it is no resource. Nothing was changed.", "A resource has an apiVersion, a kind and a metadata.name.");
            }
        }

        return document;
    }
}
