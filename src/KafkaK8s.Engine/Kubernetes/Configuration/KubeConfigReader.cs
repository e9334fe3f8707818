using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// Reads one kubeconfig file. It works on YAML's representation model, because a deserializer costs three times as much on
/// the first call of a session, and because errors can name the line.
/// </summary>
internal sealed class KubeConfigReader
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";

    private readonly string _file;
    private readonly string _folder;

    private KubeConfigReader(string file)
    {
        _file = file;
        _folder = Path.GetDirectoryName(file)!;
    }

    /// <summary>Reads a file that exists.</summary>
    /// <exception cref="EngineException"><c>KubeConfigMalformed</c>, with the file and the line; <c>KubeConfigUnreadable</c>.</exception>
    public static KubeConfigContents Read(string file)
    {
        var path = Path.GetFullPath(file);
        try
        {
            return Read(path, File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(
                "KubeConfigUnreadable", EngineErrorKind.InvalidArgument, path, $"The kubeconfig {path} can't be read: {exception.Message}", inner: exception);
        }
    }

    /// <summary>Reads a file's text.</summary>
    public static KubeConfigContents Read(string file, string text) => new KubeConfigReader(file).ReadText(text);

    private KubeConfigContents ReadText(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            throw Malformed(exception.Start.Line, $"it is not YAML: {exception.Message}", exception);
        }

        return stream.Documents.FirstOrDefault()?.RootNode switch
        {
            null => Empty,
            YamlScalarNode scalar when IsNull(scalar) => Empty,
            YamlMappingNode root => ReadRoot(root),
            var other => throw Malformed(other, "it is not a mapping"),
        };
    }

    private static KubeConfigContents Empty { get; } = new(
        null,
        new Dictionary<string, KubeConfigContextEntry>(),
        new Dictionary<string, KubeCluster>(),
        new Dictionary<string, KubeUser>());

    private KubeConfigContents ReadRoot(YamlMappingNode root) => new(
        Text(root, "current-context"),
        Named(root, "contexts", "context", ReadContext),
        Named(root, "clusters", "cluster", ReadCluster),
        Named(root, "users", "user", ReadUser));

    private KubeConfigContextEntry ReadContext(string name, YamlMappingNode node) => new(
        name,
        Text(node, "cluster") ?? throw Malformed(node, $"context \"{name}\" names no cluster"),
        Text(node, "user"),
        Text(node, "namespace"));

    private KubeCluster ReadCluster(string name, YamlMappingNode node) => new(
        name,
        Text(node, "server") ?? throw Malformed(node, $"cluster \"{name}\" has no server"),
        Content(node, "certificate-authority"),
        Flag(node, "insecure-skip-tls-verify"),
        Text(node, "tls-server-name"),
        Text(node, "proxy-url"),
        Items(node, "extensions")
            .Select(extension => Mapping(extension, "an extension"))
            .Where(extension => Text(extension, "name") == ExecExtension)
            .Select(extension => Child(extension, "extension"))
            .Select(ToJson)
            .FirstOrDefault(),
        _file);

    private KubeUser ReadUser(string name, YamlMappingNode node) => new(
        name,
        Content(node, "client-certificate"),
        Content(node, "client-key"),
        Text(node, "token"),
        Text(node, "tokenFile") is { } tokenFile ? Path.GetFullPath(tokenFile, _folder) : null,
        Text(node, "username"),
        Text(node, "password"),
        Child(node, "exec") is { } exec ? ReadExec(name, Mapping(exec, "exec")) : null,
        Child(node, "auth-provider") is { } provider ? Text(Mapping(provider, "auth-provider"), "name") ?? "" : null,
        ReadImpersonation(name, node),
        _file);

    private KubeExecPlugin ReadExec(string user, YamlMappingNode node) => new(
        Text(node, "apiVersion") ?? throw Malformed(node, $"the exec plugin of user \"{user}\" has no apiVersion"),
        Text(node, "command") ?? throw Malformed(node, $"the exec plugin of user \"{user}\" has no command"),
        [.. Items(node, "args").Select(item => Scalar(item, "args"))],
        [.. Items(node, "env").Select(item => Mapping(item, "an entry of env")).Select(item => KeyValuePair.Create(
            Text(item, "name") ?? throw Malformed(item, "an entry of env has no name"),
            Text(item, "value") ?? ""))],
        Text(node, "installHint"),
        Flag(node, "provideClusterInfo"),
        Text(node, "interactiveMode"),
        _folder);

    private KubeImpersonation? ReadImpersonation(string user, YamlMappingNode node)
    {
        var uid = Text(node, "as-uid");
        IReadOnlyList<string> groups = [.. Items(node, "as-groups").Select(item => Scalar(item, "as-groups"))];
        var extra = Child(node, "as-user-extra") is { } entry
            ? Mapping(entry, "as-user-extra").Children
                .Select(pair => KeyValuePair.Create(Scalar(pair.Key, "as-user-extra"), (IReadOnlyList<string>)[.. Sequence(pair.Value, "as-user-extra").Select(item => Scalar(item, "as-user-extra"))]))
                .ToList()
            : [];

        return Text(node, "as") switch
        {
            { } name => new KubeImpersonation(name, uid, groups, extra),
            null when uid is null && groups.Count == 0 && extra.Count == 0 => null,
            null => throw Malformed(node, $"user \"{user}\" has as-uid, as-groups or as-user-extra, but no \"as\""),
        };
    }

    private KubeConfigContent? Content(YamlMappingNode node, string key)
    {
        if (Text(node, key + "-data") is { } data)
        {
            try
            {
                return new KubeConfigContent(Convert.FromBase64String(data), null, key + "-data");
            }
            catch (FormatException exception)
            {
                throw Malformed(Child(node, key + "-data")!.Start.Line, $"{key}-data is not base64", exception);
            }
        }

        return Text(node, key) is { } file ? new KubeConfigContent(null, Path.GetFullPath(file, _folder), key) : null;
    }

    private Dictionary<string, T> Named<T>(YamlMappingNode root, string list, string content, Func<string, YamlMappingNode, T> read)
    {
        var entries = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in Items(root, list))
        {
            var entry = Mapping(item, $"an entry of {list}");
            var name = Text(entry, "name") ?? throw Malformed(entry, $"an entry of {list} has no name");
            var value = Child(entry, content) is { } node ? Mapping(node, content) : new YamlMappingNode();
            if (!entries.TryAdd(name, read(name, value)))
            {
                throw Malformed(entry, $"{list} has \"{name}\" twice");
            }
        }

        return entries;
    }

    private IEnumerable<YamlNode> Items(YamlMappingNode node, string key) => Child(node, key) is { } child ? Sequence(child, key) : [];

    private IEnumerable<YamlNode> Sequence(YamlNode node, string key) =>
        node as YamlSequenceNode ?? throw Malformed(node, $"{key} is not a list");

    private YamlMappingNode Mapping(YamlNode node, string what) => node as YamlMappingNode ?? throw Malformed(node, $"{what} is not a mapping");

    private string Scalar(YamlNode node, string key) => (node as YamlScalarNode)?.Value ?? throw Malformed(node, $"{key} is not text");

    private string? Text(YamlMappingNode node, string key) => Child(node, key) is { } child && Scalar(child, key) is { Length: > 0 } text ? text : null;

    private bool Flag(YamlMappingNode node, string key) => Text(node, key) switch
    {
        null => false,
        var text when bool.TryParse(text, out var flag) => flag,
        var text => throw Malformed(Child(node, key)!, $"{key} is \"{text}\", not true or false"),
    };

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) && !(child is YamlScalarNode scalar && IsNull(scalar)) ? child : null;

    private static bool IsNull(YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";

    private static JsonNode? ToJson(YamlNode? node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode scalar when IsNull(scalar) => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } => PlainToJson(text),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue PlainToJson(string text) =>
        text is "true" or "false" ? JsonValue.Create(text == "true")
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? JsonValue.Create(integer)
        : JsonValue.Create(text)!;

    private EngineException Malformed(YamlNode node, string what) => Malformed(node.Start.Line, what, null);

    private EngineException Malformed(long line, string what, Exception? inner) => new(
        "KubeConfigMalformed",
        EngineErrorKind.InvalidData,
        _file,
        $"The kubeconfig {_file} can't be used: line {line.ToString(CultureInfo.InvariantCulture)}: {what}.",
        "Compare it with the output of \"kubectl config view\", or have it written anew by the tool that made it.",
        inner);
}
