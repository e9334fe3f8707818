namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// How one generation of Kafka's programs is asked. A generation begins where an option or a form of output changed; each class
/// of ToolGenerations.cs says what changed since the one before. What the programs answer is read by the readers, which know all generations.
/// </summary>
internal abstract partial class ToolDialect
{
    /// <summary>The newest release that was tried. Newer ones are asked as this one is.</summary>
    public static readonly Version NewestKnown = new(4, 3, 1);

    // Newest first: the first whose release is not newer than the programs' serves.
    private static readonly (Version Since, ToolDialect Dialect)[] Generations =
    [
        (new(4, 2), new Dialect42()),
        (new(3, 3), new Dialect33()),
        (new(3, 2), new Dialect32()),
        (new(3, 0), new Dialect30()),
        (new(2, 7), new Dialect27()),
        (new(2, 6), new Dialect26()),
        (new(2, 5), new Dialect25()),
        (new(2, 4), new Dialect24()),
        (new(2, 3), new Dialect23()),
        (new(0, 0), new Dialect11()),
    ];

    /// <summary>The generation that a release belongs to.</summary>
    public static ToolDialect For(Version version) => Generations.First(generation => version >= generation.Since).Dialect;

    /// <summary>Whether a release is of a line that was never tried; a patch of a known one is not news.</summary>
    public static bool IsNewerThanKnown(Version version) => (version.Major, version.Minor).CompareTo((NewestKnown.Major, NewestKnown.Minor)) > 0;

    /// <summary>An option without a value, or nothing.</summary>
    protected static string[] Flag(string name, bool isOn) => isOn ? [name] : [];

    /// <summary>An option with a number, or nothing.</summary>
    protected static string[] Option(string name, int? value) => value is { } number ? [name, Invariant.Text(number)] : [];

    /// <summary>The brokers' address, as an option.</summary>
    protected static string[] Bootstrap(KafkaAccess access) => ["--bootstrap-server", access.BootstrapServers];

    /// <summary>ZooKeeper's address, as an option.</summary>
    /// <exception cref="EngineException"><c>ZookeeperUnknown</c>.</exception>
    protected static string[] Zookeeper(KafkaAccess access) => ["--zookeeper", RequireZookeeper(access)];

    /// <summary>ZooKeeper's address.</summary>
    /// <exception cref="EngineException"><c>ZookeeperUnknown</c>.</exception>
    public static string RequireZookeeper(KafkaAccess access) =>
        access.ZookeeperConnect ?? throw new EngineException(
            "ZookeeperUnknown",
            EngineErrorKind.NotSupported,
            access.Cluster.ToString(),
            $"The programs in {access.Cluster} are of an old Kafka and need ZooKeeper's address, which is not known.",
            "Name a cluster whose ensemble can be found, or use a newer client image.");
}
