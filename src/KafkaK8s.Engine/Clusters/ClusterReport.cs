using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>What someone who finds a cluster not ready wants to know first: each pod's reason, its last events and log lines.</summary>
internal sealed class ClusterReport(KubernetesConnection connection)
{
    private const int MostPods = 3;
    private const int MostEvents = 5;
    private const int MostLines = 10;

    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(5);

    /// <summary>Writes the report, a line a fact, the lines about a pod indented under it.</summary>
    public async Task<string> WriteAsync(ClusterSnapshot snapshot, ClusterState state, ClusterParts parts, CancellationToken cancellation)
    {
        var report = new StringBuilder();
        foreach (var set in snapshot.Sets(parts))
        {
            Append(report, snapshot.Events.About(set).Where(told => told.IsWarning).TakeLast(1), "  ", $"{(string?)set["metadata"]?["name"]}: ");
        }

        var pods = state.Pods(parts).Where(pod => !pod.IsReady).ToList();
        foreach (var pod in pods.Take(MostPods))
        {
            report.Append("\n  ").Append(pod.Name).Append(": ").Append(pod.Reason);
            if (snapshot.Find(pod.Name) is { } live)
            {
                Append(report, snapshot.Events.About(live).TakeLast(MostEvents), "    ", "");
                foreach (var line in await LogAsync(live, cancellation))
                {
                    report.Append("\n    log: ").Append(line);
                }
            }
        }

        if (pods.Count > MostPods)
        {
            report.Append("\n  and ").Append(pods.Count - MostPods).Append(" more pods");
        }

        return report.ToString();
    }

    private static void Append(StringBuilder report, IEnumerable<ClusterEvent> events, string indent, string subject)
    {
        foreach (var told in events)
        {
            report.Append('\n').Append(indent).Append(subject).Append(told);
        }
    }

    // A container that has just been started again has not said much yet; what it said before it ended is more telling.
    private async Task<IReadOnlyList<string>> LogAsync(JsonObject pod, CancellationToken cancellation)
    {
        var container = (pod["status"]?["containerStatuses"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault();
        var target = new PodTarget((string?)pod["metadata"]?["namespace"] ?? "", (string?)pod["metadata"]?["name"] ?? "", (string?)container?["name"]);
        var lines = await LinesAsync(target, previous: false, cancellation);
        return lines.Count == 0 && container?["lastState"]?["terminated"] is not null ? await LinesAsync(target, previous: true, cancellation) : lines;
    }

    private async Task<IReadOnlyList<string>> LinesAsync(PodTarget target, bool previous, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(LogPatience);
        var lines = new List<string>();
        try
        {
            await foreach (var line in PodLogs.ReadAsync(connection, target, new LogOptions(TailLines: MostLines, Previous: previous), patience.Token))
            {
                lines.Add(line);
            }
        }
        catch (EngineException)
        {
            // No container yet, no permission: the report goes without.
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }

        return lines;
    }
}
