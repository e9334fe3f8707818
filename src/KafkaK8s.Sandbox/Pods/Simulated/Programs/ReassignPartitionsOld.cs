using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-reassign-partitions of 1.1.1, which asks ZooKeeper, and ends with 0 whatever happens.</summary>
internal sealed class ReassignPartitionsOld(ProgramCall call, ReassignmentOptions options, KafkaCluster cluster) : ReassignPartitions(call, options, cluster)
{
    private const string Main = "kafka.admin.ReassignPartitionsCommand.main(ReassignPartitionsCommand.scala)";

    private static readonly string[] ExecuteFrames =
    [
        "kafka.admin.ReassignPartitionsCommand$.executeAssignment(ReassignPartitionsCommand.scala:203)",
        "kafka.admin.ReassignPartitionsCommand$.executeAssignment(ReassignPartitionsCommand.scala:199)",
        "kafka.admin.ReassignPartitionsCommand$.main(ReassignPartitionsCommand.scala:62)",
        Main,
    ];

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        ReassignmentOptions options;
        try
        {
            options = ReassignmentOptions.Parse(call.Arguments, isOld: true);
        }
        catch (ToolOptionException exception)
        {
            call.Console.Error.WriteLine(JavaTrace.Format($"Exception in thread \"main\" {exception.ClassName}: {exception.Message}", exception.Frames));
            return 1;
        }
        catch (UsageErrorException exception)
        {
            return UsageErrorException.Print(call.Console, exception.Message, ReassignmentOptions.All(isOld: true));
        }

        if (await ZooKeeperConnection.OpenAsync(call, options.ZooKeeper!, ["kafka.admin.ReassignPartitionsCommand$.main(ReassignPartitionsCommand.scala:54)", Main], cancellation) is not { } cluster)
        {
            return 1;
        }

        new ReassignPartitionsOld(call, options, cluster).Run();
        return 0;
    }

    private void Run()
    {
        try
        {
            if (Options.IsExecute)
            {
                Execute(Wishes());
            }
            else
            {
                Verify(Wishes());
            }
        }
        catch (UsageErrorException exception)
        {
            Output.WriteLine($"Partitions reassignment failed due to {exception.Message}");
        }
        catch (ToolFailureException exception)
        {
            Output.WriteLine($"Partitions reassignment failed due to {exception.Message}");
            Output.WriteLine(exception.Trace + "\n");
        }
    }

    private void Execute(IReadOnlyList<Wish> wishes)
    {
        var missing = wishes.Where(wish => Find(wish) is null).ToList();
        Refuse(missing.Count > 0, $"non-existent partitions: ListBuffer({string.Join(", ", missing)})", line: 297);
        var strangers = wishes.SelectMany(wish => wish.Replicas).Distinct().Except(Cluster.Brokers.Select(broker => broker.Id)).ToList();
        Refuse(strangers.Count > 0, $"non-existent brokerIDs: {string.Join(",", strangers)}", line: 304);
        if (Cluster.Reassignments.Count > 0)
        {
            Output.WriteLine("There is an existing assignment running.");
            if (Options.Throttle is { } rate)
            {
                Output.WriteLine($"The inter-broker throttle limit was set to {rate} B/s");
            }

            return;
        }

        var shown = Cluster.Describe().Where(topic => wishes.Any(wish => wish.Topic == topic.Name))
            .SelectMany(topic => topic.Partitions.Reverse().Select(partition => (topic.Name, partition)));
        Start(wishes, shown,
            "Warning: You must run Verify periodically, until the reassignment completes, to ensure the throttle is removed. You can also alter the throttle by rerunning the Execute command passing a new value.");
        Output.WriteLine("Successfully started reassignment of partitions.");
    }

    private static void Refuse(bool isBad, string what, int line)
    {
        if (isBad)
        {
            throw new ToolFailureException(
                "kafka.common.AdminCommandFailedException",
                $"The proposed assignment contains {what}",
                [$"kafka.admin.ReassignPartitionsCommand$.parseAndValidate(ReassignPartitionsCommand.scala:{line})", .. ExecuteFrames]);
        }
    }

    private void Verify(IReadOnlyList<Wish> wishes)
    {
        Output.WriteLine("Status of partition reassignment: ");
        var states = wishes.Select(wish => (Wish: wish, Words: State(wish))).ToList();
        foreach (var (wish, words) in states)
        {
            Output.WriteLine($"Reassignment of partition {wish} {words}");
        }

        if (states.TrueForAll(state => state.Words == "completed successfully") && RemoveThrottles(wishes.Select(wish => wish.Topic)))
        {
            Output.WriteLine("Throttle was removed.");
        }
    }

    private string State(Wish wish)
    {
        var now = Find(wish);
        if (now?.Reassignment is not null)
        {
            return "is still in progress";
        }

        if (now?.Replicas.SequenceEqual(wish.Replicas) == true)
        {
            return "completed successfully";
        }

        Output.WriteLine($"ERROR: Assigned replicas ({string.Join(',', now?.Replicas ?? [])}) don't match the list of replicas for reassignment ({string.Join(',', wish.Replicas)}) for partition {wish}");
        return "failed";
    }
}
