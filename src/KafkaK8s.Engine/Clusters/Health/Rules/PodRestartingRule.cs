using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Containers run on; one that was started again said something before it ended.</summary>
internal sealed class PodRestartingRule : HealthRule
{
    private const int Many = 3;
    private const int LongestWords = 300;

    /// <inheritdoc/>
    public override string Id => "PodRestarting";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.LastWords;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        foreach (var pod in seen.Snapshot.Pods.Where(pod => PodReading.Restarts(pod) > 0))
        {
            var name = (string?)pod["metadata"]?["name"] ?? "";
            var container = PodReading.Containers(pod).First(container => (int?)container["restartCount"] > 0);
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

    private static string LastWords(ClusterObservation seen, string pod)
    {
        var words = seen.LastWords?.GetValueOrDefault(pod)?.LastOrDefault(line => line.Contains("ERROR", StringComparison.Ordinal) || line.Contains("FATAL", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal))
            ?? seen.LastWords?.GetValueOrDefault(pod)?.LastOrDefault(line => line.Trim().Length > 0);
        return words is null ? "" : $"; last words: {(words.Length > LongestWords ? words[..LongestWords] + "…" : words)}";
    }
}
