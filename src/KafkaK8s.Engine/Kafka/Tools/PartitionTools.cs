using System.Text;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Partitions, by <c>kafka-reassign-partitions</c>, <c>kafka-log-dirs</c> and the programs for elections.</summary>
internal sealed class PartitionTools(ToolSession session, ITopicOperations topics) : IPartitionOperations
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<PartitionReassignment>> ReassignmentsAsync(CancellationToken cancellation)
    {
        if (session.Dialect.ReassignsThroughZookeeper)
        {
            var answers = await new ZookeeperShell(session).AskAsync(ToolDialect.RequireZookeeper(session.Access), ["get /admin/reassign_partitions"], cancellation);
            return answers[0] is { } assignment ? await DescribeAsync(ReassignmentReader.ReadAssignment(assignment), cancellation) : [];
        }

        var command = ToolDialect.ListReassignments(session.Access);
        var answer = await session.RunAsync(command, null, cancellation);
        return answer.ExitCode == 0
            ? ReassignmentReader.ReadList(answer.Lines)
            : throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
    }

    /// <inheritdoc/>
    public async Task ReassignAsync(IReadOnlyList<PartitionAssignment> target, long? throttle, CancellationToken cancellation)
    {
        Validate(target, throttle);
        if (target.Count == 0)
        {
            return;
        }

        // The old program takes the throttle for the reassignment that runs, and then says that it did nothing.
        if (session.Dialect.ReassignsThroughZookeeper && await ReassignmentsAsync(cancellation) is { Count: > 0 } running)
        {
            throw Running(running);
        }

        await StartAsync(session.Dialect.Reassign(session.Access, throttle), target, cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> ThrottleAsync(IReadOnlyList<PartitionAssignment> running, long throttle, CancellationToken cancellation)
    {
        Validate(running, throttle);
        if (session.Dialect.ReassignsThroughZookeeper)
        {
            return false;
        }

        await StartAsync(session.Dialect.Rethrottle(session.Access, throttle), running, cancellation);
        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReassignmentStatus>> VerifyAsync(IReadOnlyList<PartitionAssignment> target, CancellationToken cancellation)
    {
        Validate(target, throttle: null);
        if (target.Count == 0)
        {
            return [];
        }

        var command = session.Dialect.VerifyReassignment(session.Access);
        var answer = await RunAsync(command, Json(target), cancellation);
        if (answer.ExitCode != 0 || ToolFailure.IsAnnounced(answer))
        {
            throw ToolFailure.Of(command, answer, Names(target));
        }

        var statuses = ReassignmentReader.ReadStatus(answer.Lines);
        if (statuses.All(status => status.State == ReassignmentState.Complete))
        {
            await RequireNoThrottleAsync(target, cancellation);
        }

        return statuses;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BrokerReplicas>> SizesAsync(IReadOnlyCollection<int>? brokers, CancellationToken cancellation)
    {
        var command = ToolDialect.DescribeLogDirectories(session.Access);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
        }

        var (found, broken) = LogDirectoryReader.Read(answer.Lines);
        foreach (var directory in broken)
        {
            session.Observer.Warning($"Broker {directory.Broker} can't use {directory.Path} ({directory.Error}); the sizes of the replicas there are not known.");
        }

        return brokers is null ? found : [.. found.Where(broker => brokers.Contains(broker.Broker))];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionOutcome>> ElectPreferredAsync(IReadOnlyCollection<TopicPartition>? partitions, CancellationToken cancellation) =>
        new LeaderElection(session, topics).RunAsync(partitions, cancellation);

    private async Task StartAsync(ToolCommand command, IReadOnlyList<PartitionAssignment> target, CancellationToken cancellation)
    {
        var answer = await RunAsync(command, Json(target), cancellation);
        if (ReassignmentReader.IsRefused(answer))
        {
            throw Running(await ReassignmentsAsync(cancellation));
        }

        if (answer.ExitCode != 0 || !ReassignmentReader.IsStarted(answer.Lines))
        {
            throw ToolFailure.Of(command, answer, Names(target));
        }
    }

    // ZooKeeper keeps only where the replicas are to be; the topics tell where they are.
    private async Task<IReadOnlyList<PartitionReassignment>> DescribeAsync(IReadOnlyList<PartitionAssignment> running, CancellationToken cancellation)
    {
        var names = running.Select(partition => partition.Topic).Distinct(StringComparer.Ordinal).ToList();
        var described = (await topics.DescribeAsync(names, cancellation))
            .SelectMany(topic => topic.Partitions)
            .ToDictionary(partition => new TopicPartition(partition.Topic, partition.Partition));
        return
        [
            .. running.Where(target => described.ContainsKey(target.Name))
                .OrderBy(target => target.Topic, StringComparer.Ordinal).ThenBy(target => target.Partition)
                .Select(target => (Target: target, Now: described[target.Name]))
                .Select(pair => new PartitionReassignment(
                    pair.Target.Topic,
                    pair.Target.Partition,
                    [.. pair.Target.Replicas.Union(pair.Now.Replicas)],
                    [.. pair.Target.Replicas.Except(pair.Now.InSyncReplicas)],
                    [.. pair.Now.Replicas.Except(pair.Target.Replicas)])),
        ];
    }

    private async Task RequireNoThrottleAsync(IReadOnlyList<PartitionAssignment> target, CancellationToken cancellation)
    {
        var command = session.Dialect.DescribeThrottles(session.Access);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
        }

        // Another reassignment may need it still: the program leaves it alone then.
        if (ThrottleReader.IsThrottled(answer.Lines) && (await ReassignmentsAsync(cancellation)).Count == 0)
        {
            throw new EngineException(
                "ThrottleNotRemoved",
                EngineErrorKind.Unavailable,
                session.Access.Cluster.ToString(),
                $"The reassignment of {Names(target)} is complete, and the brokers of {session.Access.Cluster} still throttle replication.",
                "Remove leader.replication.throttled.rate and follower.replication.throttled.rate from the brokers with Set-KafkaConfiguration.");
        }
    }

    private async Task<ToolAnswer> RunAsync(ToolCommand command, string input, CancellationToken cancellation)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input), writable: false);
        return await session.RunWithFileAsync(command, stream, cancellation);
    }

    private static string Json(IEnumerable<PartitionAssignment> target) => new JsonObject
    {
        ["version"] = 1,
        ["partitions"] = new JsonArray([.. target.Select(partition => new JsonObject
        {
            ["topic"] = partition.Topic,
            ["partition"] = partition.Partition,
            ["replicas"] = new JsonArray([.. partition.Replicas.Select(replica => JsonValue.Create(replica))]),
        })]),
    }.ToJsonString();

    private static string Names(IReadOnlyCollection<PartitionAssignment> target)
    {
        const int enough = 5;
        return string.Join(", ", target.Take(enough).Select(partition => partition.Name)) + (target.Count > enough ? $" and {target.Count - enough} more" : "");
    }

    private EngineException Running(IReadOnlyCollection<PartitionReassignment> running) => new(
        "ReassignmentRunning",
        EngineErrorKind.Conflict,
        session.Access.Cluster.ToString(),
        $"Another reassignment runs in {session.Access.Cluster}: {Names([.. running.Select(partition => partition.Target)])}. Nothing was started.",
        "Get-KafkaReassignment shows how far it is; try again when it has ended.");

    private static void Validate(IReadOnlyList<PartitionAssignment> target, long? throttle)
    {
        if (throttle is <= 0)
        {
            throw new EngineException(
                "InvalidThrottle", EngineErrorKind.InvalidArgument, null, $"A throttle of {throttle} bytes a second would never let the move end.", "Give a larger one, or none.");
        }

        var seen = new HashSet<TopicPartition>();
        foreach (var partition in target)
        {
            TopicNames.Validate(partition.Topic);
            if (partition.Replicas.Count == 0 || partition.Replicas.Distinct().Count() != partition.Replicas.Count || partition.Replicas.Any(broker => broker < 0))
            {
                throw new EngineException(
                    "InvalidReplicas",
                    EngineErrorKind.InvalidArgument,
                    partition.Name.ToString(),
                    $"The replicas of {partition.Name} can't be {string.Join(", ", partition.Replicas)}: a partition has at least one, and no two on a broker.",
                    "Name each broker once, the preferred leader first.");
            }

            if (!seen.Add(partition.Name))
            {
                throw new EngineException(
                    "InvalidReplicas", EngineErrorKind.InvalidArgument, partition.Name.ToString(), $"The partition {partition.Name} is named twice.", "Name each partition once.");
            }
        }
    }
}
