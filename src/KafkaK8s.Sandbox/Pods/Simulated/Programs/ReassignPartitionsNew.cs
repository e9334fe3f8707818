using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-reassign-partitions of 3.9.2, which asks the brokers.</summary>
internal sealed class ReassignPartitionsNew(ProgramCall call, ReassignmentOptions options, KafkaCluster cluster) : ReassignPartitions(call, options, cluster)
{
    private const string Class = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";

    private const string Running =
        "Cannot execute because there is an existing partition assignment.  Use --additional to override this and create a new partition assignment in addition to the existing one. The --additional flag can also be used to change the throttle by resubmitting the current reassignment.";

    private static readonly string[] MainFrames = [$"{Class}.handleAction(ReassignPartitionsCommand.java:165)", $"{Class}.main(ReassignPartitionsCommand.java:135)"];

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        ReassignmentOptions options;
        try
        {
            options = ReassignmentOptions.Parse(call.Arguments, isOld: false);
        }
        catch (Exception exception) when (exception is ToolOptionException or UsageErrorException)
        {
            return UsageErrorException.Print(call.Console, exception.Message, ReassignmentOptions.All(isOld: false));
        }

        if (options.IsVersionAsked)
        {
            call.Console.Output.WriteLine(call.Pod.Image.ToldVersion);
            return 0;
        }

        var (servers, trace) = AdminConnection.Create(call, options.Bootstrap!, [$"{Class}.main(ReassignPartitionsCommand.java:134)"]);
        if (servers is null)
        {
            call.Console.Output.WriteLine($"Error: Failed to create new KafkaAdminClient\n{trace}\n");
            return 1;
        }

        try
        {
            var broker = await AdminConnection.ConnectAsync(call, servers, "listPartitionReassignments", cancellation);
            new ReassignPartitionsNew(call, options, broker.Cluster!).Run();
            return 0;
        }
        catch (UsageErrorException exception)
        {
            call.Console.Output.WriteLine(exception.Message);
            return 1;
        }
        catch (ToolFailureException exception)
        {
            call.Console.Output.WriteLine($"Error: {exception.Message}\n{exception.Trace}\n");
            return 1;
        }
        catch (KafkaErrorException exception)
        {
            call.Console.Output.WriteLine($"Error: {exception.Description}\njava.util.concurrent.ExecutionException: {exception.Description}\n");
            return 1;
        }
    }

    private void Run()
    {
        if (Options.IsList)
        {
            List();
        }
        else if (Options.IsExecute)
        {
            Execute(Wishes());
        }
        else
        {
            Verify(Wishes());
        }
    }

    private void List()
    {
        var running = Cluster.Reassignments;
        Output.WriteLine(running.Count == 0 ? "No partition reassignments found." : "Current partition reassignments:");
        foreach (var (topic, index, move) in running)
        {
            var adding = move.Adding.Count > 0 ? $" adding: {string.Join(',', move.Adding)}." : "";
            var removing = move.Removing.Count > 0 ? $" removing: {string.Join(',', move.Removing)}." : "";
            Output.WriteLine($"{topic}-{index}: replicas: {string.Join(',', [.. move.Target, .. move.Removing])}.{adding}{removing}");
        }
    }

    private void Execute(IReadOnlyList<Wish> wishes)
    {
        if (!Options.IsAdditional && Cluster.Reassignments.Count > 0)
        {
            throw new UsageErrorException(Running);
        }

        foreach (var broker in wishes.SelectMany(wish => wish.Replicas).Except(Cluster.Brokers.Select(broker => broker.Id)))
        {
            throw new ToolFailureException(
                "org.apache.kafka.server.common.AdminCommandFailedException",
                $"Unknown broker id {broker}",
                [$"{Class}.verifyBrokerIds(ReassignPartitionsCommand.java:885)", $"{Class}.executeAssignment(ReassignPartitionsCommand.java:747)", .. MainFrames]);
        }

        RequireTopics(wishes);
        if (wishes.FirstOrDefault(wish => Find(wish) is null) is { } missing)
        {
            throw Unknown($"Unable to find partition: {missing}", [$"{Class}.getReplicaAssignmentForPartitions(ReassignPartitionsCommand.java:653)"]);
        }

        var names = wishes.Select(wish => wish.ToString()).Order(StringComparer.Ordinal).ToList();
        Start(wishes, wishes.OrderBy(wish => wish.Topic, StringComparer.Ordinal).ThenBy(wish => wish.Index).Select(wish => (wish.Topic, Find(wish)!)).ToList(),
            "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.");
        Output.WriteLine($"Successfully started partition reassignment{(names.Count == 1 ? "" : "s")} for {string.Join(',', names)}");
    }

    private void RequireTopics(IReadOnlyList<Wish> wishes)
    {
        var topics = Cluster.Describe().Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        if (wishes.FirstOrDefault(wish => !topics.Contains(wish.Topic)) is { } missing)
        {
            throw Unknown(
                $"Topic {missing.Topic} not found.",
                [$"{Class}.describeTopics(ReassignPartitionsCommand.java:600)", $"{Class}.getReplicaAssignmentForPartitions(ReassignPartitionsCommand.java:641)"]);
        }
    }

    private static ToolFailureException Unknown(string message, IEnumerable<string> frames)
    {
        var description = $"org.apache.kafka.common.errors.UnknownTopicOrPartitionException: {message}";
        return new ToolFailureException(
            "java.util.concurrent.ExecutionException", description, [.. frames, $"{Class}.executeAssignment(ReassignPartitionsCommand.java:748)", .. MainFrames]) { Cause = description };
    }

    private void Verify(IReadOnlyList<Wish> wishes)
    {
        Output.WriteLine("Status of partition reassignment:");
        foreach (var wish in wishes.OrderBy(wish => wish.Topic, StringComparer.Ordinal).ThenBy(wish => wish.Index))
        {
            var now = Find(wish);
            Output.WriteLine(
                now?.Reassignment is not null ? $"Reassignment of partition {wish} is still in progress."
                : now?.Replicas.SequenceEqual(wish.Replicas) == true ? $"Reassignment of partition {wish} is completed."
                : $"There is no active reassignment of partition {wish}, but replica set is {string.Join(',', now?.Replicas ?? [])} rather than {string.Join(',', wish.Replicas)}.");
        }

        // Where replicas move between a broker's disks it says so here; simulated brokers have one.
        Output.WriteLine();
        if (!Options.KeepsThrottles && Cluster.Reassignments.Count == 0)
        {
            var topics = wishes.Select(wish => wish.Topic).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            Output.WriteLine($"Clearing broker-level throttles on brokers {string.Join(',', Cluster.Brokers.Select(broker => broker.Id))}");
            Output.WriteLine($"Clearing topic-level throttles on topic{(topics.Count == 1 ? "" : "s")} {string.Join(',', topics)}");
            RemoveThrottles(topics);
        }
    }
}
