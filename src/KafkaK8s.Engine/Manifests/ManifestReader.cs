using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KafkaK8s.Engine.Manifests;

/// <summary>Reads YAML, or JSON, which is YAML too, as Kubernetes reads it.</summary>
public static class ManifestReader
{
    // References to one anchor can make a small file enormous, or endless.
    private const int MostNodes = 100_000;
    private const int DeepestLevel = 100;

    /// <summary>Every object in a text of one or more YAML documents; empty documents are left out.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">What to call it in an error: the file's name.</param>
    /// <exception cref="EngineException">It is no YAML, or a document is something other than an object.</exception>
    public static IReadOnlyList<JsonObject> ReadAll(string yaml, string source)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw Malformed(source, e.Start, e.InnerException?.Message ?? e.Message, e);
        }

        return stream.Documents
            .Select(document => (document.RootNode, Json: new Conversion(source).Convert(document.RootNode, 0)))
            .Where(document => document.Json is not null)
            .Select(document => document.Json as JsonObject ?? throw Malformed(source, document.RootNode.Start, "a resource has to be an object.", null))
            .ToList();
    }

    /// <summary>Reads exactly one object, such as an override.</summary>
    /// <exception cref="EngineException">It is no YAML, or not one object.</exception>
    public static JsonObject Read(string yaml, string source) =>
        ReadAll(yaml, source) is [var only]
            ? only
            : throw Malformed(source, Mark.Empty, "exactly one object is expected.", null);

    private static EngineException Malformed(string source, Mark at, string message, Exception? inner) =>
        new("MalformedYaml", EngineErrorKind.InvalidData, source, string.Create(CultureInfo.InvariantCulture, $"{source}, line {at.Line}: {message}"), "Mend the file there; nothing was changed.", inner);

    private sealed class Conversion(string source)
    {
        private int _nodes;

        public JsonNode? Convert(YamlNode node, int level)
        {
            if (++_nodes > MostNodes || level > DeepestLevel)
            {
                throw Malformed(source, node.Start, "the document is too large, or refers to itself.", null);
            }

            return node switch
            {
                YamlMappingNode mapping => ConvertMapping(mapping, level),
                YamlSequenceNode sequence => new JsonArray(sequence.Children.Select(child => Convert(child, level + 1)).ToArray()),
                YamlScalarNode { Style: ScalarStyle.Plain } word when word.Tag.IsEmpty => YamlScalars.Read(word.Value ?? ""),
                YamlScalarNode text => JsonValue.Create(text.Value),
                _ => throw Malformed(source, node.Start, "this can't be understood.", null),
            };
        }

        private JsonObject ConvertMapping(YamlMappingNode mapping, int level)
        {
            var result = new JsonObject();
            foreach (var (key, value) in mapping.Children)
            {
                var name = (key as YamlScalarNode)?.Value ?? throw Malformed(source, key.Start, "a field's name has to be a word.", null);
                if (!result.TryAdd(name, Convert(value, level + 1)))
                {
                    throw Malformed(source, key.Start, $"the field '{name}' is there twice.", null);
                }
            }

            return result;
        }
    }
}
