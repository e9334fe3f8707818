namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>An image that can be simulated: what is in it, and where.</summary>
/// <param name="Kind">What it runs.</param>
/// <param name="Version">The version of ZooKeeper or Kafka in it.</param>
/// <param name="EntryPoint">The program that runs the command.</param>
/// <param name="Command">The command when the container names none.</param>
/// <param name="DataFolders">Where its server keeps its data unless it is told otherwise.</param>
internal sealed record SimulatedImage(
    ImageKind Kind,
    string Version,
    IReadOnlyList<string> EntryPoint,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> DataFolders)
{
    private static readonly string[] HubPrefixes = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];

    /// <summary>What its programs say that their version is: Confluent's builds tell Confluent's.</summary>
    public string ToldVersion { get; private init; } = Version;

    /// <summary>The image behind a reference, or null when there is no such image here.</summary>
    public static SimulatedImage? Find(string reference)
    {
        var (repository, tag) = Split(reference);
        return repository switch
        {
            "gcr.io/google_samples/k8szk" when tag == "v3" => new(ImageKind.KubernetesZooKeeper, "3.4.10", [], ["/bin/bash"], ["/var/lib/zookeeper"]),
            "zookeeper" when Line(tag, "3.8") => new(ImageKind.ZooKeeper, Precise(tag, "3.8.4"), ["/docker-entrypoint.sh"], ["zkServer.sh", "start-foreground"], ["/data", "/datalog"]),
            "zookeeper" when Line(tag, "3.9") => new(ImageKind.ZooKeeper, Precise(tag, "3.9.4"), ["/docker-entrypoint.sh"], ["zkServer.sh", "start-foreground"], ["/data", "/datalog"]),
            "confluentinc/cp-kafka" when Line(tag, "4.1.2") => new(ImageKind.ConfluentKafka, "1.1.1", [], ["/etc/confluent/docker/run"], ["/var/lib/kafka/data"]),
            "confluentinc/cp-kafka" when Line(tag, "7.9") => new(ImageKind.ConfluentKafka, "3.9.2", [], ["/etc/confluent/docker/run"], ["/var/lib/kafka/data"]) { ToldVersion = Precise(tag, "7.9.2") + "-ccs" },
            "apache/kafka" when Line(tag, "3.9") => new(ImageKind.ApacheKafka, "3.9.2", ["/__cacert_entrypoint.sh"], ["/etc/kafka/docker/run"], ["/var/lib/kafka/data", "/tmp/kraft-combined-logs"]),
            _ => null,
        };
    }

    /// <summary>Whether it is a Kafka image.</summary>
    public bool HasKafka => Kind is ImageKind.ConfluentKafka or ImageKind.ApacheKafka;

    /// <summary>Whether its tools are of the generation that manages topics through ZooKeeper.</summary>
    public bool HasOldTools => Version == "1.1.1";

    private static bool Line(string tag, string line) =>
        tag.StartsWith(line, StringComparison.Ordinal) && (tag.Length == line.Length || tag[line.Length] is '.' or '-');

    private static string Precise(string tag, string current)
    {
        var version = tag.Split('-')[0];
        return version.Count(character => character == '.') == 2 ? version : current;
    }

    private static (string Repository, string Tag) Split(string reference)
    {
        var name = reference.Split('@')[0];
        foreach (var prefix in HubPrefixes)
        {
            name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        }

        name = name.StartsWith("library/", StringComparison.Ordinal) ? name["library/".Length..] : name;
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? (name[..colon], name[(colon + 1)..]) : (name, "latest");
    }
}

/// <summary>Who made an image decides how its environment is read and where its programs are.</summary>
internal enum ImageKind
{
    /// <summary>gcr.io/google_samples/k8szk.</summary>
    KubernetesZooKeeper,

    /// <summary>The official zookeeper image.</summary>
    ZooKeeper,

    /// <summary>confluentinc/cp-kafka.</summary>
    ConfluentKafka,

    /// <summary>apache/kafka.</summary>
    ApacheKafka,
}
