using System.Globalization;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Moves replicas as a part of a change: off brokers that leave, and onto brokers that joined.</summary>
/// <param name="sets">The cluster's StatefulSets.</param>
/// <param name="look">Kafka's replicas.</param>
/// <param name="throttle">How many bytes a second each broker may send and receive for it, or null.</param>
internal sealed class ReplicaMoves(LiveSets sets, ReplicaLook look, long? throttle)
{
    private static readonly string[] Throttles = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"];

    /// <summary>
    /// The work that carries a plan out: a step for each partition, all started together. Where nothing is left to move, but an interrupted run
    /// left its throttle, the work that takes that off.
    /// </summary>
    /// <param name="kafka">The cluster's Kafka.</param>
    /// <param name="plan">The plan, made from where partitions will be when what runs now has ended.</param>
    /// <param name="present">Where they are.</param>
    /// <param name="running">The reassignments that run.</param>
    /// <param name="brokers">The brokers there are.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the questions at once.</param>
    public async Task<IReadOnlyList<ChangeWork>> WorkAsync(
        IKafkaOperations kafka,
        PartitionPlan plan,
        IReadOnlyList<PartitionDescription> present,
        IReadOnlyList<PartitionReassignment> running,
        IReadOnlyList<int> brokers,
        string reason,
        CancellationToken cancellation)
    {
        var underWay = running.Select(reassignment => reassignment.Target.Name).ToHashSet();
        var moves = plan.Partitions.Where(move => move.IsChange || underWay.Contains(move.Target.Name)).ToList();
        if (moves.Count == 0)
        {
            return await IsThrottledAsync(kafka, brokers, cancellation) ? [Unthrottle(plan.Target)] : [];
        }

        var now = present.ToDictionary(partition => new TopicPartition(partition.Topic, partition.Partition));
        var sizes = await SizesAsync(kafka, cancellation);
        var steps = moves.Select(move => new ChangeStep(
            ChangeAction.MovePartition,
            move.Target.Name.ToString(),
            List(now[move.Target.Name].Replicas),
            List(move.To),
            underWay.Contains(move.Target.Name) ? $"{reason}; it is under way" : reason,
            "another reassignment, and brokers that are down",
            sizes is null ? null : sizes.GetValueOrDefault(move.Target.Name) * move.To.Except(now[move.Target.Name].InSyncReplicas).Count()));
        var target = moves.Select(move => move.Target).ToList();
        return [new ChangeWork([.. steps], (run, stop) => CarryOutAsync(run, target, stop))];
    }

    private async Task CarryOutAsync(StepRun run, IReadOnlyList<PartitionAssignment> target, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(run.Timeout - run.Elapsed);
        try
        {
            await run.UntilAsync(
                async stop =>
                {
                    await AskAsync(async kafka => await new ReassignmentRun(kafka, sets.Connection.Observer).CompleteAsync(target, throttle, stop), stop);
                    return true;
                },
                () => NotFinished(target),
                limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw NotFinished(target);
        }
    }

    private ChangeWork Unthrottle(IReadOnlyList<PartitionAssignment> target) => new(
        new ChangeStep(
            ChangeAction.ChangeField, $"brokers {string.Join(", ", Throttles)}", "set", null, "an interrupted move left its throttle, which would slow every replica down that catches up"),
        (run, cancellation) => run.UntilAsync(
            async stop =>
            {
                await AskAsync(kafka => kafka.Partitions.VerifyAsync(target, stop), stop);
                return true;
            },
            () => new EngineException("ThrottleNotRemoved", EngineErrorKind.Timeout, sets.Cluster.ToString(), "The throttle could not be taken off in time."),
            cancellation));

    // A pod that goes in the middle of an answer is no reason to give up: what runs goes on, and is found again.
    private async Task AskAsync(Func<IKafkaOperations, Task> ask, CancellationToken cancellation)
    {
        try
        {
            await ask(await look.OpenAsync(await sets.SnapshotAsync(cancellation), cancellation));
        }
        catch (EngineException failure) when (ReplicaLook.MayPass(failure) && failure.Id is not ("ReassignmentFailed" or "PartitionNotFound" or "BrokerNotFound"))
        {
            throw ReplicaLook.NotAnswering(failure);
        }
    }

    private static async Task<bool> IsThrottledAsync(IKafkaOperations kafka, IReadOnlyList<int> brokers, CancellationToken cancellation)
    {
        foreach (var broker in brokers)
        {
            if ((await kafka.Configuration.GetAsync(ConfigurationTarget.Broker(broker), all: false, cancellation)).Any(entry => Throttles.Contains(entry.Name)))
            {
                return true;
            }
        }

        return false;
    }

    // Bytes are told where they are known; a release without the program for it moves all the same.
    private static async Task<Dictionary<TopicPartition, long>?> SizesAsync(IKafkaOperations kafka, CancellationToken cancellation)
    {
        try
        {
            return (await kafka.Partitions.SizesAsync(null, cancellation))
                .SelectMany(broker => broker.Replicas)
                .GroupBy(replica => new TopicPartition(replica.Topic, replica.Partition))
                .ToDictionary(replicas => replicas.Key, replicas => replicas.Max(replica => replica.Bytes));
        }
        catch (EngineException failure) when (failure.Kind is EngineErrorKind.NotSupported or EngineErrorKind.Unavailable or EngineErrorKind.Timeout)
        {
            return null;
        }
    }

    private static EngineException NotFinished(IReadOnlyList<PartitionAssignment> target) => new(
        "MoveNotFinished",
        EngineErrorKind.Timeout,
        target[0].Name.ToString(),
        string.Create(CultureInfo.InvariantCulture, $"{target.Count} partitions, {target[0].Name} the first of them, were not all moved in time."),
        "The brokers go on copying by themselves, and a throttle stays until somebody has waited for the end.");

    private static string List(IEnumerable<int> ids) => string.Join(",", ids);
}
