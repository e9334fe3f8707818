using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>
/// Containers run on; one that was started again said something before it ended. How often a container was started again only grows, so what counts is when it
/// ended the last time.
/// </summary>
internal sealed class PodRestartingRule : HealthRule
{
    private const int Many = 3;
    private const int LongestWords = 300;

    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override string Id => "PodRestarting";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.LastWords;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        foreach (var (pod, container) in seen.Snapshot.Pods.Select(pod => (pod, PodReading.Containers(pod).FirstOrDefault(container => IsRestarting(container, seen.At)))))
        {
            if (container is null)
            {
                continue;
            }

            var name = (string?)pod["metadata"]?["name"] ?? "";
            var end = PodReading.LastEnd(container);
            var isOutOfMemory = end?.Contains("OOMKilled", StringComparison.Ordinal) == true;
            var restarts = PodReading.Restarts(pod);
            var parts = pod["metadata"]?["labels"]?["app"]?.ToString() == seen.State.Identity.ZookeeperSet ? "Zookeeper" : "Broker";
            yield return Finding(
                !PodReading.IsReady(pod) ? HealthSeverity.Critical : isOutOfMemory || restarts >= Many ? HealthSeverity.Warning : HealthSeverity.Information,
                name,
                isOutOfMemory
                    ? "The container used more memory than its limit allows, was killed, and started again."
                    : "The container ended by itself, or was killed by its probe, and was started again.",
                $"{restarts} restarts; {end ?? "how it ended is not known"}{LastWords(seen, name)}",
                isOutOfMemory
                    ? "Give it more memory, or its heap less: the heap is only a part of what the process uses."
                    : "Its log from before the restart says why.",
                isOutOfMemory
                    ? seen.Line($"Set-Kafka{parts} -Limits @{{ memory = '<more>' }}")
                    : seen.Line($"Get-KafkaLog {name} -Previous"));
        }
    }

    // One that is down again is restarting now, whenever it ended before.
    private static bool IsRestarting(JsonObject container, DateTimeOffset now) =>
        (int?)container["restartCount"] > 0 && (container["state"]?["running"] is null || (PodReading.EndedAt(container) is { } end && now - end < Recent));

    private static string LastWords(ClusterObservation seen, string pod)
    {
        var words = seen.LastWords?.GetValueOrDefault(pod)?.LastOrDefault(line => line.Contains("ERROR", StringComparison.Ordinal) || line.Contains("FATAL", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal))
            ?? seen.LastWords?.GetValueOrDefault(pod)?.LastOrDefault(line => line.Trim().Length > 0);
        return words is null ? "" : $"; last words: {(words.Length > LongestWords ? words[..LongestWords] + "…" : words)}";
    }
}
