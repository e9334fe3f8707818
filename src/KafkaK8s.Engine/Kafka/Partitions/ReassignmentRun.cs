namespace KafkaK8s.Engine.Kafka;

/// <summary>
/// Carries out a plan: starts it, waits, verifies, and takes the throttle off again. It can be run again with the same target whenever it was
/// interrupted: what is already as wanted is left out, and what runs already is waited for.
/// </summary>
/// <param name="kafka">The cluster.</param>
/// <param name="observer">Hears how far it is.</param>
public sealed class ReassignmentRun(IKafkaOperations kafka, IOperationObserver observer)
{
    private const string Activity = "Moving partitions";

    // Asking costs the cluster a program's start: often at first, when little moves, then ever less.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private const int FailureLooks = 4;

    /// <summary>Starts what is not as wanted and doesn't run yet, and returns without waiting for it to end.</summary>
    /// <param name="target">Where the replicas are to be.</param>
    /// <param name="throttle">
    /// How many bytes a second each broker may send and receive for it, or null. It stays until the end has been waited for, and goes for what
    /// runs already, too, unless the release is before 2.6.
    /// </param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <returns>Whether all of it runs now, or is as wanted. False where a release that runs one reassignment at a time has another part of it to end first.</returns>
    /// <exception cref="EngineException"><c>ReassignmentRunning</c>: another one runs, of other partitions or to another target; and what starting can fail with.</exception>
    public async Task<bool> StartAsync(IReadOnlyList<PartitionAssignment> target, long? throttle, CancellationToken cancellation)
    {
        var running = await kafka.Partitions.ReassignmentsAsync(cancellation);
        RequireOurs(running, target);
        if (running.Count > 0 && throttle is { } rate && !await kafka.Partitions.ThrottleAsync([.. running.Select(moving => moving.Target)], rate, cancellation))
        {
            observer.Warning("What moves already keeps the throttle that it was started with, if any: Kafka's programs before 2.6 change none on the way.");
        }

        var left = await LeftAsync(target, running, cancellation);
        if (left.Count == 0 || running.Count > 0)
        {
            return left.Count == 0;
        }

        await kafka.Partitions.ReassignAsync(left, throttle, cancellation);
        return true;
    }

    /// <summary>The same as <see cref="CompleteAsync(IReadOnlyList{PartitionAssignment}, long?, TimeSpan?, CancellationToken)"/>, for as long as it takes.</summary>
    public Task CompleteAsync(IReadOnlyList<PartitionAssignment> target, long? throttle, CancellationToken cancellation) =>
        CompleteAsync(target, throttle, null, cancellation);

    /// <summary>Starts it where that is still to be done, waits until all of it is complete, and takes the throttle off again.</summary>
    /// <param name="target">Where the replicas are to be.</param>
    /// <param name="throttle">How many bytes a second each broker may send and receive for it, or null for no limit.</param>
    /// <param name="limit">How long it may take; null for as long as it takes.</param>
    /// <param name="cancellation">Ends the waiting. The cluster goes on moving, and a throttle stays; run it again to wait for the rest and to remove it.</param>
    /// <exception cref="EngineException">
    /// <c>ReassignmentRunning</c>, <c>ReassignmentFailed</c>, <c>ReassignmentTimeout</c>, <c>ThrottleNotRemoved</c>, and what starting can fail with.
    /// </exception>
    public async Task CompleteAsync(IReadOnlyList<PartitionAssignment> target, long? throttle, TimeSpan? limit, CancellationToken cancellation)
    {
        if (target.Count == 0)
        {
            return;
        }

        var deadline = limit is { } span ? DateTimeOffset.UtcNow + span : DateTimeOffset.MaxValue;
        bool isStarted;
        do
        {
            isStarted = await StartAsync(target, throttle, cancellation);
            await WaitAsync(target, untilAll: isStarted, deadline, cancellation);
        }
        while (!isStarted);
        observer.Progress(new OperationProgress(Activity, "All partitions are where they were to be.", 100, Completed: true));
    }

    private async Task WaitAsync(IReadOnlyList<PartitionAssignment> target, bool untilAll, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var looks = 0;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var statuses = await VerifyAsync(target, cancellation);
            var open = statuses.Where(status => status.State == ReassignmentState.InProgress).ToList();
            var failed = statuses.Where(status => status.State == ReassignmentState.Failed).ToList();
            if (open.Count == 0 && (failed.Count == 0 || !untilAll))
            {
                return;
            }

            // A broker may hear a moment after the controller where a partition is: what looks like a failure is looked at again.
            if (open.Count == 0 && ++looks == FailureLooks)
            {
                throw Failed(failed, statuses.Count);
            }

            var done = statuses.Count(status => status.State == ReassignmentState.Complete);
            var next = open.Count > 0 ? open[0] : failed[0];
            observer.Progress(new OperationProgress(
                Activity, $"{next.Topic}-{next.Partition}: copying, {done} of {statuses.Count} partitions are done", 100 * done / statuses.Count));
            if (DateTimeOffset.UtcNow >= deadline)
            {
                throw TookTooLong(next, statuses.Count - done, statuses.Count);
            }

            await Task.Delay(pause, cancellation);
        }
    }

    // Telling how far it is removes the throttle in the same breath.
    private async Task<IReadOnlyList<ReassignmentStatus>> VerifyAsync(IReadOnlyList<PartitionAssignment> target, CancellationToken cancellation)
    {
        try
        {
            return await kafka.Partitions.VerifyAsync(target, cancellation);
        }
        catch (EngineException e) when (e.Kind is EngineErrorKind.Connection or EngineErrorKind.Timeout or EngineErrorKind.OutcomeUnknown or EngineErrorKind.Unavailable
            && e.Id != "ThrottleNotRemoved")
        {
            throw new EngineException(
                e.Id,
                e.Kind,
                e.Target,
                $"{e.Message} The move itself goes on in the cluster, and a throttle stays on until somebody waits for its end.",
                "Run it again: it picks up where this ended.",
                e);
        }
    }

    private async Task<IReadOnlyList<PartitionAssignment>> LeftAsync(
        IReadOnlyList<PartitionAssignment> target, IReadOnlyList<PartitionReassignment> running, CancellationToken cancellation)
    {
        var names = target.Select(partition => partition.Topic).Distinct(StringComparer.Ordinal).ToList();
        var present = (await kafka.Topics.DescribeAsync(names, cancellation))
            .SelectMany(topic => topic.Partitions)
            .ToDictionary(partition => new TopicPartition(partition.Topic, partition.Partition), partition => partition.Replicas);
        var moving = running.Select(reassignment => reassignment.Target.Name).ToHashSet();
        return
        [
            .. target.Where(partition => !moving.Contains(partition.Name)
                && !(present.TryGetValue(partition.Name, out var replicas) ? replicas : throw NotFound(partition.Name)).SequenceEqual(partition.Replicas)),
        ];
    }

    private static void RequireOurs(IReadOnlyList<PartitionReassignment> running, IReadOnlyList<PartitionAssignment> target)
    {
        var wanted = target.ToDictionary(partition => partition.Name, partition => partition.Replicas);
        if (running.FirstOrDefault(other => !wanted.TryGetValue(other.Target.Name, out var replicas) || !replicas.SequenceEqual(other.Target.Replicas)) is { } other)
        {
            throw new EngineException(
                "ReassignmentRunning",
                EngineErrorKind.Conflict,
                other.Target.Name.ToString(),
                $"Another reassignment runs: {other.Target.Name} is being moved to {string.Join(", ", other.Target.Replicas)}. Nothing was started.",
                "Get-KafkaReassignment shows how far it is; try again when it has ended.");
        }
    }

    private static EngineException Failed(List<ReassignmentStatus> failed, int count) => new(
        "ReassignmentFailed",
        EngineErrorKind.Unavailable,
        $"{failed[0].Topic}-{failed[0].Partition}",
        $"{failed.Count} of {count} partitions are not where they were to be, and nothing moves any more. {failed[0].Words}",
        "Somebody may have cancelled it or started another one; see Get-KafkaPartition, and move them again.");

    private static EngineException TookTooLong(ReassignmentStatus next, int left, int count) => new(
        "ReassignmentTimeout",
        EngineErrorKind.Timeout,
        $"{next.Topic}-{next.Partition}",
        $"{left} of {count} partitions are still on the move, {next.Topic}-{next.Partition} among them. The move goes on in the cluster, and a throttle stays on until somebody waits for its end.",
        "Run it again to wait on. Where a broker that is to get a replica is down, nothing moves until it is back.");

    private static EngineException NotFound(TopicPartition name) => new(
        "PartitionNotFound",
        EngineErrorKind.NotFound,
        name.ToString(),
        $"There is no partition {name}. Nothing was started.",
        "Get-KafkaPartition shows the partitions that there are.");
}
