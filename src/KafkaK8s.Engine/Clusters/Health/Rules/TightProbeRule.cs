using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>
/// A liveness probe leaves a container time to recover. A broker that crashed reads its log again before it opens its port, a member
/// its snapshot; one that is killed meanwhile starts all over.
/// </summary>
internal sealed partial class TightProbeRule : HealthRule
{
    private const int EnoughSeconds = 120;
    private const int UsualPeriod = 10;
    private const int UsualFailures = 3;

    /// <inheritdoc/>
    public override string Id => "TightProbe";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from set in seen.Snapshot.Sets(ClusterParts.All)
        from container in ClusterSnapshot.Containers(set)
        let probe = container["livenessProbe"] as JsonObject
        where probe is not null && container["startupProbe"] is null && !AsksForProcess(probe)
        let time = Number(probe, "initialDelaySeconds", 0) + (Number(probe, "periodSeconds", UsualPeriod) * Number(probe, "failureThreshold", UsualFailures))
        where time < EnoughSeconds
        let name = (string?)set["metadata"]?["name"] ?? ""
        select Finding(
            HealthSeverity.Warning,
            name,
            $"The liveness probe kills a container that doesn't answer {time} seconds after its start, and there is no startup probe: one that recovers longer than that never gets there.",
            $"container {(string?)container["name"]}: initialDelaySeconds {Number(probe, "initialDelaySeconds", 0)}, periodSeconds {Number(probe, "periodSeconds", UsualPeriod)}, failureThreshold {Number(probe, "failureThreshold", UsualFailures)}",
            "Add a startup probe that allows minutes; the liveness probe begins when it has succeeded.",
            seen.Line($"Set-Kafka{(name == seen.State.Identity.ZookeeperSet ? "Zookeeper" : "Broker")} -Override @{{ spec = @{{ template = @{{ spec = @{{ containers = @(@{{ name = '{(string?)container["name"]}'; startupProbe = @{{ tcpSocket = @{{ port = '{Port(container)}' }}; failureThreshold = 300; periodSeconds = 1 }} }}) }} }} }} }}"));

    private static int Number(JsonObject probe, string field, int otherwise) => (int?)probe[field] ?? otherwise;

    private static string Port(JsonObject container) => (string?)container["ports"]?[0]?["name"] ?? "<port>";

    // A probe that looks for the process alone succeeds while it recovers.
    private static bool AsksForProcess(JsonObject probe) =>
        probe["exec"]?["command"] is JsonArray command && command.Any(word => Process().IsMatch(word?.ToString() ?? ""));

    [GeneratedRegex(@"\b(?:jps|pgrep|pidof|ps)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Process();
}
