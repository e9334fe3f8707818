using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// Writes manifests as YAML the way the article and kubectl do: two blanks a level, lists not indented, the order of fields kept,
/// a text quoted where a reader would take it for something else, and a text of several lines as a literal block.
/// </summary>
public static class ManifestWriter
{
    private static readonly EmitterSettings Format = new(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, newLine: "\n");

    /// <summary>The YAML of a resource, ending with a line break.</summary>
    public static string ToYaml(JsonObject resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, Format);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, resource);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    /// <summary>Writes each manifest into its file.</summary>
    /// <param name="manifests">What to write.</param>
    /// <param name="folder">The folder; it is made where it doesn't exist.</param>
    /// <param name="overwrite">Whether files that are there are replaced.</param>
    /// <param name="cancellation">Ends it between two files.</param>
    /// <returns>The full paths of the files, in the order of creation.</returns>
    /// <exception cref="EngineException">A file is there and may not be replaced (nothing was written), or can't be written.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        IReadOnlyCollection<Manifest> manifests, string folder, bool overwrite, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = manifests.Select(manifest => (Path: Path.GetFullPath(Path.Combine(folder, manifest.FileName)), manifest.Body)).ToList();
        if (!overwrite && files.FirstOrDefault(file => File.Exists(file.Path)).Path is { } existing)
        {
            throw new EngineException(
                "ManifestFileExists", EngineErrorKind.AlreadyExists, existing, $"The file '{existing}' is already there. Nothing was written.", "Choose another folder, or overwrite it with -Force.");
        }

        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (path, body) in files)
            {
                await File.WriteAllTextAsync(path, ToYaml(body), cancellation);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException("ManifestNotWritten", EngineErrorKind.InvalidArgument, folder, $"The manifests could not be written: {e.Message}", null, e);
        }

        return files.ConvertAll(file => file.Path);
    }

    private static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, fields.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in fields)
                {
                    WriteText(emitter, name);
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray elements:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, elements.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var element in elements)
                {
                    Write(emitter, element);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                WriteText(emitter, value.GetValue<string>());
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    private static void WriteText(Emitter emitter, string text) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, Style(text), isPlainImplicit: true, isQuotedImplicit: true));

    private static ScalarStyle Style(string text) =>
        text.Contains('\n', StringComparison.Ordinal)
            ? IsFitForBlock(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted
            : YamlScalars.IsPlainText(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted;

    // A block can't hold what a reader would strip or take for indentation.
    private static bool IsFitForBlock(string text) =>
        !text.StartsWith(' ') && !text.StartsWith('\n') && !text.Any(c => c != '\n' && (char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' or '\ufeff' || char.IsSurrogate(c)))
        && text.Split('\n').All(line => !line.EndsWith(' ')) && !text.EndsWith("\n\n", StringComparison.Ordinal);
}
