using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>
/// Probes leave a container time to recover. A broker that crashed reads its log again before it opens its port, a member
/// its snapshot; one that is killed meanwhile starts all over.
/// </summary>
internal sealed partial class TightProbeRule : HealthRule
{
    private const int EnoughSeconds = 120;
    private const int UsualPeriod = 10;
    private const int UsualFailures = 3;
    private const string Startup = "startupProbe";
    private const string Liveness = "livenessProbe";

    /// <inheritdoc/>
    public override string Id => "TightProbe";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from set in seen.Snapshot.Sets(ClusterParts.All)
        from container in ClusterSnapshot.Containers(set)
        let field = Decisive(container)
        where field is not null
        let probe = (JsonObject)container[field]!
        let time = Number(probe, "initialDelaySeconds", 0) + (Number(probe, "periodSeconds", UsualPeriod) * Number(probe, "failureThreshold", UsualFailures))
        where time < EnoughSeconds
        let isStartup = field == Startup
        let name = (string?)set["metadata"]?["name"] ?? ""
        select Finding(
            HealthSeverity.Warning,
            name,
            isStartup
                ? $"The startup probe kills a container that doesn't answer {time} seconds after its start: one that recovers longer than that never gets there."
                : $"The liveness probe kills a container that doesn't answer {time} seconds after its start, and no startup probe holds it back: one that recovers longer than that never gets there.",
            $"container {(string?)container["name"]}, {field}: initialDelaySeconds {Number(probe, "initialDelaySeconds", 0)}, periodSeconds {Number(probe, "periodSeconds", UsualPeriod)}, failureThreshold {Number(probe, "failureThreshold", UsualFailures)}",
            isStartup ? "Let the startup probe allow minutes; the liveness probe begins when it has succeeded." : "Add a startup probe that allows minutes; the liveness probe begins when it has succeeded.",
            seen.Line($"Set-Kafka{(name == seen.State.Identity.ZookeeperSet ? "Zookeeper" : "Broker")} -Override @{{ spec = @{{ template = @{{ spec = @{{ containers = @(@{{ name = '{(string?)container["name"]}'; startupProbe = @{{ {Handler(container)}failureThreshold = 300; periodSeconds = 1 }} }}) }} }} }} }}"));

    // The probe that decides how long a container may take to recover: a startup probe keeps the liveness probe away until it has succeeded. One that looks for the
    // process alone succeeds while the container recovers, and leaves it to the liveness probe.
    private static string? Decisive(JsonObject container) =>
        container[Startup] is JsonObject startup && !AsksForProcess(startup) ? Startup
        : container[Liveness] is JsonObject liveness && !AsksForProcess(liveness) ? Liveness
        : null;

    // A probe that is there already keeps the way it asks, unless that is what is wrong with it; there can be only one.
    private static string Handler(JsonObject container) => container[Startup] switch
    {
        null => $"tcpSocket = @{{ port = '{Port(container)}' }}; ",
        JsonObject startup when AsksForProcess(startup) => $"'$patch' = 'replace'; tcpSocket = @{{ port = '{Port(container)}' }}; ",
        _ => "",
    };

    private static int Number(JsonObject probe, string field, int otherwise) => (int?)probe[field] ?? otherwise;

    private static string Port(JsonObject container) => (string?)container["ports"]?[0]?["name"] ?? "<port>";

    // A probe that looks for the process alone succeeds while it recovers.
    private static bool AsksForProcess(JsonObject probe) =>
        probe["exec"]?["command"] is JsonArray command && command.Any(word => Process().IsMatch(word?.ToString() ?? ""));

    [GeneratedRegex(@"\b(?:jps|pgrep|pidof|ps)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Process();
}
