namespace KafkaK8s.Engine.Kubernetes;

/// <summary>The clusters a user knows, and who they are there: one kubeconfig file, several merged, or a pod's service account.</summary>
public sealed class KubeConfig
{
    private readonly KubeConfigContents _contents;

    private KubeConfig(KubeConfigContents contents, IReadOnlyList<string> files, bool isInCluster)
    {
        _contents = contents;
        Files = files;
        IsInCluster = isInCluster;
        Contexts = [.. contents.Contexts.Values
            .OrderBy(context => context.Name, StringComparer.Ordinal)
            .Select(context => new KubeContext(
                context.Name,
                context.Cluster,
                context.User,
                context.Namespace,
                contents.Clusters.GetValueOrDefault(context.Cluster)?.Server,
                context.Name == contents.CurrentContext))];
    }

    /// <summary>The contexts, by name.</summary>
    public IReadOnlyList<KubeContext> Contexts { get; }

    /// <summary>The name of the context that is used when none is named, or null where none is set.</summary>
    public string? CurrentContext => _contents.CurrentContext;

    /// <summary>The files it was read from; empty in a pod.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Whether it is a pod's service account instead of a file.</summary>
    public bool IsInCluster { get; }

    /// <summary>Reads the kubeconfig as kubectl would find it.</summary>
    /// <param name="path">
    /// One file; when null the files in <c>KUBECONFIG</c> (the first that has an entry wins, missing ones are skipped), else
    /// <c>~/.kube/config</c>, else the service account of the pod this runs in.
    /// </param>
    /// <exception cref="EngineException"><c>KubeConfigNotFound</c>, <c>KubeConfigUnreadable</c> or <c>KubeConfigMalformed</c>.</exception>
    public static KubeConfig Load(string? path = null) => Load(path, KubeConfigSurroundings.Process);

    /// <summary>Reads the kubeconfig in given surroundings.</summary>
    internal static KubeConfig Load(string? path, KubeConfigSurroundings surroundings)
    {
        if (path is not null)
        {
            return File.Exists(path)
                ? FromFiles([Path.GetFullPath(path)])
                : throw NotFound(path, $"There is no kubeconfig {path}.");
        }

        var listed = (surroundings.Variable("KUBECONFIG") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (listed.Length > 0)
        {
            string[] existing = [.. listed.Where(File.Exists).Select(Path.GetFullPath)];
            return existing.Length > 0
                ? FromFiles(existing)
                : throw NotFound(listed[0], $"KUBECONFIG names {string.Join(" and ", listed)}, and there is no such file.");
        }

        var usual = Path.Combine(surroundings.Home, ".kube", "config");
        if (File.Exists(usual))
        {
            return FromFiles([usual]);
        }

        return InCluster.Read(surroundings) is { } contents
            ? new KubeConfig(contents, [], isInCluster: true)
            : throw NotFound(usual, $"There is no kubeconfig: KUBECONFIG is not set and {usual} does not exist.");
    }

    /// <summary>Looks up a context with its cluster and user.</summary>
    /// <param name="name">The context's name, or null for the current one.</param>
    /// <exception cref="EngineException"><c>ContextNotFound</c>, <c>NoCurrentContext</c> or <c>KubeConfigMalformed</c>.</exception>
    internal ResolvedContext Resolve(string? name)
    {
        var wanted = name ?? CurrentContext ?? throw new EngineException(
            "NoCurrentContext",
            EngineErrorKind.InvalidArgument,
            Source,
            $"{Source} has no current context, and none was named. {KnownContexts}",
            "Name one with -Context, or choose one with \"kubectl config use-context\".");
        var context = Contexts.FirstOrDefault(candidate => candidate.Name == wanted) ?? throw new EngineException(
            "ContextNotFound",
            EngineErrorKind.NotFound,
            wanted,
            $"There is no context \"{wanted}\" in {Source}. {KnownContexts}",
            "Name one of these; names are case-sensitive. Get-KafkaContext lists them.");
        var cluster = _contents.Clusters.GetValueOrDefault(context.Cluster) ?? throw Dangling(context, "cluster", context.Cluster);
        var user = context.User is { } userName
            ? _contents.Users.GetValueOrDefault(userName) ?? throw Dangling(context, "user", userName)
            : null;
        return new ResolvedContext(context, cluster, user);
    }

    private string Source => IsInCluster ? "the pod's service account" : string.Join(" and ", Files);

    private string KnownContexts => Contexts.Count == 0
        ? "It has no contexts."
        : $"It has: {string.Join(", ", Contexts.Select(context => context.Name))}.";

    private static KubeConfig FromFiles(IReadOnlyList<string> files)
    {
        var contents = files.Select(KubeConfigReader.Read).ToList();
        return new KubeConfig(
            new KubeConfigContents(
                contents.Select(file => file.CurrentContext).FirstOrDefault(current => current is not null),
                Merge(contents.Select(file => file.Contexts)),
                Merge(contents.Select(file => file.Clusters)),
                Merge(contents.Select(file => file.Users))),
            files,
            isInCluster: false);
    }

    private static Dictionary<string, T> Merge<T>(IEnumerable<IReadOnlyDictionary<string, T>> files) => files
        .SelectMany(file => file)
        .GroupBy(entry => entry.Key, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);

    private static EngineException NotFound(string path, string message) => new(
        "KubeConfigNotFound",
        EngineErrorKind.NotFound,
        path,
        message,
        "Name an existing file with -KubeConfig, or set KUBECONFIG.");

    private EngineException Dangling(KubeContext context, string what, string name) => new(
        "KubeConfigMalformed",
        EngineErrorKind.InvalidData,
        context.Name,
        $"Context \"{context.Name}\" names the {what} \"{name}\", which {Source} does not have.",
        "Compare it with the output of \"kubectl config view\".");
}
