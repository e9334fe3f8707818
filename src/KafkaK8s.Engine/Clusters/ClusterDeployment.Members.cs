using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <content>
/// What applying can't do to a cluster that runs. Kubernetes makes the number of pods what it is told, without a look at what they hold: brokers would go with their
/// replicas, and the members of an ensemble would count majorities by different lists.
/// </content>
public sealed partial class ClusterDeployment
{
    private const string ZookeeperSuffix = "-zookeeper";

    /// <summary>Refuses what has to be done a step at a time.</summary>
    /// <param name="target">The resource as it is to be, and as it is.</param>
    /// <param name="would">What would come of it, as far as that is known.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException"><c>BrokersNotDrained</c> or <c>EnsembleIsStaged</c>.</exception>
    private async Task RequireStepsAsync(Target target, JsonObject would, CancellationToken cancellation)
    {
        if (target.Live is not { } live || (string?)live["kind"] != "StatefulSet")
        {
            return;
        }

        var (before, after) = (ClusterSnapshot.Replicas(live), ClusterSnapshot.Replicas(would));
        if (ClusterSnapshot.IsBrokerSet(live))
        {
            if (after < before)
            {
                throw NotDrained(live, before, after);
            }
        }
        else if (ClusterSnapshot.IsZookeeperSet(live) && WhatIsStaged(live, would) is { } change && await HasPodsAsync(live, cancellation))
        {
            throw Staged(live, after, change);
        }
    }

    // What becomes of an ensemble's members, in words; null where it keeps them. Which variable has the list is the image's business.
    private static string? WhatIsStaged(JsonObject live, JsonObject would)
    {
        var (before, after) = (ClusterSnapshot.Replicas(live), ClusterSnapshot.Replicas(would));
        var (list, next) = (ServerList.Read(live["spec"]?["template"]?["spec"]), ServerList.Read(would["spec"]?["template"]?["spec"]));
        return before != after ? $"{Text(before)} members would become {Text(after)}"
            : list is null || next?.Ids.Order().SequenceEqual(list.Ids.Order()) == true ? null
            : $"its list of servers ({list.Where}) would {(next is null ? "be gone" : next.Ids.Count == list.Ids.Count ? "name others" : $"have {Text(next.Ids.Count)} instead of {Text(list.Ids.Count)}")}";
    }

    // Members that were never there, or are all away, can't form two majorities.
    private async Task<bool> HasPodsAsync(JsonObject set, CancellationToken cancellation)
    {
        var name = (string)set["metadata"]!["name"]!;
        var pods = await connection.Resources.ListAsync(new ResourceQuery("v1", "Pod", (string?)set["metadata"]?["namespace"], $"app={name}"), cancellation);
        return pods.Any(pod => ((string?)pod["metadata"]?["name"])?.StartsWith($"{name}-", StringComparison.Ordinal) == true);
    }

    private static EngineException NotDrained(JsonObject brokers, int before, int after)
    {
        var name = (string)brokers["metadata"]!["name"]!;
        var cluster = new ClusterIdentity((string?)brokers["metadata"]?["namespace"] ?? "", name);
        var leaving = Enumerable.Range(after, before - after).Select(ordinal => $"{name}-{Text(ordinal)}").ToList();
        return new EngineException(
            "BrokersNotDrained",
            EngineErrorKind.Conflict,
            name,
            $"{name} has {Text(before)} brokers and would have {Text(after)}: Kubernetes would stop {(leaving.Count == 1 ? leaving[0] : $"{leaving[0]} to {leaving[^1]}")} with all replicas on {(leaving.Count == 1 ? "it" : "them")}. Nothing was changed.",
            after > 0
                ? $"{cluster.Line($"Set-KafkaBroker -Replicas {Text(after)} -Drain")} moves the replicas to the brokers that stay, and has the others leave. Otherwise ask for {Text(before)} replicas."
                : $"{cluster.Line("Remove-KafkaBroker")} takes all brokers down, and keeps their claims.");
    }

    private static EngineException Staged(JsonObject ensemble, int after, string change)
    {
        var name = (string)ensemble["metadata"]!["name"]!;
        var cluster = new ClusterIdentity((string?)ensemble["metadata"]?["namespace"] ?? "", name[..^ZookeeperSuffix.Length]);
        return new EngineException(
            "EnsembleIsStaged",
            EngineErrorKind.Conflict,
            name,
            $"{name} runs, and {change}. Applied at once, members with the old list could elect a leader beside those with the new one. Nothing was changed.",
            after > 0
                ? $"{cluster.Line($"Set-KafkaZookeeper -Replicas {Text(after)}")} gets there by one member at a time, and brings the list and the number of replicas to the same."
                : $"{cluster.Line("Remove-KafkaZookeeper")} takes all members down, and keeps their claims.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
