using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>What an image holds, and the release that stands in for it.</summary>
/// <param name="Release">The release whose programs run.</param>
/// <param name="Command">What it runs when a pod names nothing.</param>
/// <param name="ToolFolder">Where it has Kafka's programs; null when it has none.</param>
/// <param name="ToolSuffix">What their names end with.</param>
/// <param name="Programs">The programs of its own, by path; each is a script among this project's resources.</param>
/// <param name="SearchPath">Its PATH, besides the usual folders.</param>
/// <param name="Folders">Folders that it has.</param>
/// <param name="BrokerClass">The class that <c>jps</c> shows for a broker.</param>
internal sealed record RealImage(
    KafkaRelease Release,
    IReadOnlyList<string> Command,
    string? ToolFolder,
    string ToolSuffix,
    IReadOnlyDictionary<string, string> Programs,
    IReadOnlyList<string> SearchPath,
    IReadOnlyList<string> Folders,
    string BrokerClass)
{
    /// <summary>What its programs say that their version is; null where it is the release's.</summary>
    public string? ToldVersion { get; private init; }

    /// <summary>What an image is on this machine; null when no release stands in for it.</summary>
    public static RealImage? Find(KafkaDistribution distribution, string name)
    {
        if (ImageName.Parse(name) is not { } image)
        {
            return null;
        }

        var zooKeeper = distribution.Releases.FirstOrDefault(release => release.HasZooKeeper && release.Version.Major > 1);
        return (image.Registry, image.Repository) switch
        {
            ("gcr.io", "google_samples/k8szk") when image.Tag == "v3" => Line(distribution, 1, 1) is { } release ? K8sZooKeeper(release) : null,
            ("docker.io", "confluentinc/cp-kafka") when Matches(image.Tag, "4.1") => Line(distribution, 1, 1) is { } release ? ConfluentKafka(release, "SupportedKafka") : null,
            ("docker.io", "confluentinc/cp-kafka") when Matches(image.Tag, "7.9") => Line(distribution, 3, 9) is { } release ? ConfluentKafka(release, "Kafka") with { ToldVersion = Confluent(image.Tag) } : null,
            ("docker.io", "confluentinc/cp-kafka") when Matches(image.Tag, "8.3") => Line(distribution, 4, 3) is { } release ? ConfluentKafka(release, "Kafka") with { ToldVersion = Confluent(image.Tag) } : null,
            ("docker.io", "library/zookeeper") when Matches(image.Tag, "3.9") || Matches(image.Tag, "3.8") => zooKeeper is null ? null : OfficialZooKeeper(zooKeeper),
            ("docker.io", "apache/kafka") when Matches(image.Tag, "3.9") => Line(distribution, 3, 9) is { } release ? ApacheKafka(release) : null,
            ("docker.io", "apache/kafka") when Matches(image.Tag, "4.3") => Line(distribution, 4, 3) is { } release ? ApacheKafka(release) : null,
            _ => null,
        };
    }

    private static KafkaRelease? Line(KafkaDistribution distribution, int major, int minor) =>
        distribution.Releases.FirstOrDefault(release => release.Version.Major == major && release.Version.Minor == minor);

    private static bool Matches(string tag, string line) => tag == line || tag.StartsWith($"{line}.", StringComparison.Ordinal);

    // Confluent's builds tell the platform's release, not Kafka's.
    private static string Confluent(string tag) => (tag.Count(character => character == '.') < 2 ? tag + ".0" : tag.Split('-')[0]) + "-ccs";

    private static RealImage K8sZooKeeper(KafkaRelease release) => new(
        release,
        ["/bin/bash"],
        null,
        "",
        new Dictionary<string, string>
        {
            ["/usr/bin/zkGenConfig.sh"] = "k8szk-config",
            ["/usr/bin/zkServer.sh"] = "k8szk-server",
            ["/usr/bin/zkOk.sh"] = "k8szk-ok",
            ["/usr/bin/zkMetrics.sh"] = "k8szk-metrics",
            ["/usr/bin/zkCli.sh"] = "zookeeper-client",
        },
        [],
        ["/var/lib/zookeeper", "/opt/zookeeper/conf"],
        "Kafka");

    private static RealImage OfficialZooKeeper(KafkaRelease release) => new(
        release,
        ["/docker-entrypoint.sh", "zkServer.sh", "start-foreground"],
        null,
        "",
        new Dictionary<string, string>
        {
            ["/docker-entrypoint.sh"] = "zookeeper-entry",
            ["/apache-zookeeper-bin/bin/zkServer.sh"] = "zookeeper-server",
            ["/apache-zookeeper-bin/bin/zkCli.sh"] = "zookeeper-client",
        },
        ["/apache-zookeeper-bin/bin"],
        ["/conf", "/data", "/datalog", "/logs"],
        "Kafka");

    private static RealImage ConfluentKafka(KafkaRelease release, string brokerClass) => new(
        release,
        ["/etc/confluent/docker/run"],
        "/usr/bin",
        "",
        new Dictionary<string, string> { ["/etc/confluent/docker/run"] = "confluent-run", ["/usr/bin/jps"] = "jps" },
        [],
        ["/var/lib/kafka/data", "/etc/kafka", "/etc/confluent/docker"],
        brokerClass);

    private static RealImage ApacheKafka(KafkaRelease release) => new(
        release,
        ["/etc/kafka/docker/run"],
        "/opt/kafka/bin",
        ".sh",
        new Dictionary<string, string> { ["/etc/kafka/docker/run"] = "apache-run" },
        [],
        ["/var/lib/kafka/data", "/etc/kafka/docker", "/opt/kafka/config", "/mnt/shared/config"],
        "Kafka");
}
