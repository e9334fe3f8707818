using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Has brokers join and leave. Who leaves holds no replica, and is looked at once more before it goes.</summary>
internal sealed class BrokerScaling(LiveSets sets, ReplicaLook look, BrokerRolling rolling)
{
    private const int MostNamed = 5;

    /// <summary>The work that waits for a broker that joins: its pod is ready, and Kafka knows it.</summary>
    public ChangeWork Add(LiveSet set, int ordinal)
    {
        var member = set.Member(ordinal);
        return new ChangeWork(
            new ChangeStep(ChangeAction.AddMember, member, null, null, "more brokers were asked for", "an image, a claim or a node that can't be had"),
            async (run, cancellation) =>
            {
                await rolling.AwaitAsync(run, ordinal, member, cancellation);
                await run.UntilAsync(
                    async stop => await IsRegisteredAsync(ordinal, stop),
                    () => new EngineException(
                        "BrokerNotRegistered",
                        EngineErrorKind.Timeout,
                        member,
                        $"{member} is ready, and has not registered with the cluster in time.",
                        "Its log says what it waits for: Get-KafkaLog."),
                    cancellation);
            });
    }

    /// <summary>The work that takes away the broker with the highest ordinal.</summary>
    public ChangeWork Remove(LiveSet set, int ordinal)
    {
        var member = set.Member(ordinal);
        return new ChangeWork(
            new ChangeStep(
                ChangeAction.RemoveMember, member, Text(ordinal + 1), Text(ordinal), "fewer brokers were asked for", "replicas that were put on it meanwhile"),
            (run, cancellation) => RemoveAsync(run, ordinal, member, cancellation));
    }

    /// <summary>Refuses what would lose replicas.</summary>
    /// <exception cref="EngineException"><c>TooFewBrokersLeft</c>, <c>BrokerHoldsReplicas</c>.</exception>
    public static void RequireNoLoss(ClusterIdentity cluster, IReadOnlyList<PartitionDescription> partitions, int wanted, bool drain)
    {
        if (partitions.Where(partition => partition.Replicas.Count > wanted).MaxBy(partition => partition.Replicas.Count) is { } largest)
        {
            throw new EngineException(
                "TooFewBrokersLeft",
                EngineErrorKind.Conflict,
                cluster.ToString(),
                string.Create(CultureInfo.InvariantCulture, $"{wanted} brokers can't hold the {largest.Replicas.Count} replicas of {largest.Topic}-{largest.Partition}. Nothing was changed."),
                string.Create(CultureInfo.InvariantCulture, $"Keep at least {largest.Replicas.Count} brokers, or give the topic fewer replicas first."));
        }

        if (!drain && Holds(partitions, wanted) is { Count: > 0 } held)
        {
            throw HoldsReplicas(cluster, held, wanted);
        }
    }

    private async Task RemoveAsync(StepRun run, int ordinal, string member, CancellationToken cancellation)
    {
        await run.UntilAsync(
            async stop =>
            {
                var set = await sets.ReadAsync(ClusterParts.Brokers, stop);
                if (set.Replicas <= ordinal)
                {
                    return true;
                }

                var view = await look.LookAgainAsync(set, stop);
                var held = Holds((view?.Topics ?? []).SelectMany(topic => topic.Partitions), ordinal);
                if (view is null || held.Count > 0)
                {
                    throw new StepStoppedException(view is null ? NobodyToAsk() : HoldsReplicas(sets.Cluster, held, ordinal));
                }

                var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = ordinal } };
                await sets.Connection.Resources.PatchAsync(
                    new ResourceReference("apps/v1", "StatefulSet", sets.Cluster.Namespace, set.Name), PatchKind.Merge, patch, stop);
                return true;
            },
            NobodyToAsk,
            cancellation);
        await run.UntilAsync(
            async stop =>
            {
                var isGone = (await sets.SnapshotAsync(stop)).Find(member) is null;
                run.Report("shutting down");
                return isGone;
            },
            () => new EngineException(
                "MemberNotGone", EngineErrorKind.Timeout, member, $"{member} was taken out of the cluster, and its pod is not gone in time.", "It goes on shutting down by itself."),
            cancellation);
    }

    private async Task<bool> IsRegisteredAsync(int ordinal, CancellationToken cancellation)
    {
        try
        {
            var kafka = await look.OpenAsync(await sets.SnapshotAsync(cancellation), cancellation);
            return (await kafka.Brokers.DescribeAsync(cancellation)).Brokers.Any(broker => broker.Id == ordinal);
        }
        catch (EngineException failure) when (failure.Kind == EngineErrorKind.NotSupported)
        {
            // Where no program can tell, that it is ready has to do.
            return true;
        }
        catch (EngineException failure) when (ReplicaLook.MayPass(failure))
        {
            throw ReplicaLook.NotAnswering(failure);
        }
    }

    private static IReadOnlyList<(int Broker, string Partition)> Holds(IEnumerable<PartitionDescription> partitions, int wanted) =>
        [.. partitions.SelectMany(partition => partition.Replicas.Where(broker => broker >= wanted)
            .Select(broker => (broker, new TopicPartition(partition.Topic, partition.Partition).ToString())))];

    private static EngineException HoldsReplicas(ClusterIdentity cluster, IReadOnlyList<(int Broker, string Partition)> held, int wanted)
    {
        var brokers = held.GroupBy(entry => entry.Broker).OrderBy(group => group.Key).Select(group =>
            $"{cluster.BrokerSet}-{Text(group.Key)} holds {string.Join(", ", group.Take(MostNamed).Select(entry => entry.Partition))}"
            + (group.Count() > MostNamed ? $" and {Text(group.Count() - MostNamed)} more" : ""));
        return new EngineException(
            "BrokerHoldsReplicas",
            EngineErrorKind.Conflict,
            cluster.ToString(),
            $"Brokers that would leave hold replicas: {string.Join("; ", brokers)}. No broker was removed.",
            $"Set-KafkaBroker -Replicas {Text(wanted)} -Drain moves them to the brokers that stay.");
    }

    private EngineException NobodyToAsk() => new(
        "KafkaNotAnswering",
        EngineErrorKind.Unavailable,
        sets.Cluster.ToString(),
        "Kafka can't be asked whether a broker that is to leave holds replicas, so it stays.",
        "See whether the brokers are ready.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
