using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>An election of preferred leaders. Only partitions that another replica leads are elected for, so that it can be repeated.</summary>
internal sealed class LeaderElection(ToolSession session, ITopicOperations topics)
{
    // The controller sees to it at once, unless it is busy with a broker that went away.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Runs it to its end.</summary>
    public async Task<IReadOnlyList<PartitionOutcome>> RunAsync(IReadOnlyCollection<TopicPartition>? partitions, CancellationToken cancellation)
    {
        foreach (var partition in partitions ?? [])
        {
            TopicNames.Validate(partition.Topic);
        }

        var described = await DescribeAsync(partitions, cancellation);
        var outcomes = (partitions ?? described.Keys).Distinct().ToDictionary(name => name, name =>
            !described.TryGetValue(name, out var partition) ? Refused(name, NotFound(name))
            : partition.Leader == partition.Replicas[0] ? new PartitionOutcome(name.Topic, name.Partition, IsChanged: false, Error: null)
            : null);
        var wanted = outcomes.Where(outcome => outcome.Value is null).Select(outcome => outcome.Key).ToList();
        if (wanted.Count > 0)
        {
            var ended = session.Dialect.ElectsThroughZookeeper
                ? await OrderAsync(wanted, cancellation)
                : await ElectAsync(wanted, cancellation);
            foreach (var outcome in ended)
            {
                outcomes[new TopicPartition(outcome.Topic, outcome.Partition)] = outcome;
            }
        }

        return [.. outcomes.Values.Select(outcome => outcome!).OrderBy(outcome => outcome.Topic, StringComparer.Ordinal).ThenBy(outcome => outcome.Partition)];
    }

    private async Task<IEnumerable<PartitionOutcome>> ElectAsync(List<TopicPartition> wanted, CancellationToken cancellation)
    {
        var (command, answer) = await RunToolAsync(wanted, cancellation);
        if (answer.ExitCode != 0 && !ElectionReader.HasRefusals(answer.Lines))
        {
            throw ToolFailure.Of(command, answer, Names(wanted));
        }

        var election = ElectionReader.Read(answer.Lines);
        return wanted.Select(name =>
            election.Refused.TryGetValue(name, out var reason) ? Refused(name, Unelected(name, reason))
            : election.Elected.Contains(name) ? new PartitionOutcome(name.Topic, name.Partition, IsChanged: true, Error: null)
            : throw UnreadableOutput.Of(command.Tool, $"(nothing about {name})"));
    }

    // The controller removes the order when it has tried; only the partitions themselves tell how it ended.
    private async Task<IEnumerable<PartitionOutcome>> OrderAsync(List<TopicPartition> wanted, CancellationToken cancellation)
    {
        var (command, answer) = await RunToolAsync(wanted, cancellation);
        if (answer.ExitCode != 0 || !ElectionReader.IsOrdered(answer.Lines))
        {
            throw ToolFailure.Of(command, answer, Names(wanted));
        }

        var watch = Stopwatch.StartNew();
        while (true)
        {
            var described = await DescribeAsync(wanted, cancellation);
            var open = wanted.Where(name => described.TryGetValue(name, out var partition) && IsStillToCome(partition)).ToList();
            if (open.Count == 0 || watch.Elapsed > Limit)
            {
                return wanted.Select(name => Outcome(name, described.GetValueOrDefault(name)));
            }

            session.Observer.Progress(new OperationProgress("Electing preferred leaders", $"{open[0]}: not led by its preferred leader yet ({open.Count} of {wanted.Count})"));
        }
    }

    private static bool IsStillToCome(PartitionDescription partition) =>
        partition.Leader != partition.Replicas[0] && partition.InSyncReplicas.Contains(partition.Replicas[0]);

    private static PartitionOutcome Outcome(TopicPartition name, PartitionDescription? partition) => partition switch
    {
        null => Refused(name, NotFound(name)),
        _ when partition.Leader == partition.Replicas[0] => new PartitionOutcome(name.Topic, name.Partition, IsChanged: true, Error: null),
        _ when IsStillToCome(partition) => Refused(name, new EngineException(
            "LeaderElectionPending",
            EngineErrorKind.OutcomeUnknown,
            name.ToString(),
            $"The preferred leader of {name}, broker {partition.Replicas[0]}, was told to lead, and broker {partition.Leader} still led after {Limit.TotalSeconds:0} seconds.",
            "Get-KafkaPartition shows who leads.")),
        _ => Refused(name, Unelected(name, $"broker {partition.Replicas[0]} is not in sync")),
    };

    private async Task<(ToolCommand Command, ToolAnswer Answer)> RunToolAsync(List<TopicPartition> wanted, CancellationToken cancellation)
    {
        var command = session.Dialect.ElectPreferred(session.Access);
        var json = new JsonObject
        {
            ["partitions"] = new JsonArray([.. wanted.Select(name => new JsonObject { ["topic"] = name.Topic, ["partition"] = name.Partition })]),
        };
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString()), writable: false);
        return (command, await session.RunWithFileAsync(command, input, cancellation));
    }

    private async Task<Dictionary<TopicPartition, PartitionDescription>> DescribeAsync(IEnumerable<TopicPartition>? partitions, CancellationToken cancellation) =>
        (await topics.DescribeAsync(partitions?.Select(partition => partition.Topic).Distinct(StringComparer.Ordinal).ToList(), cancellation))
            .SelectMany(topic => topic.Partitions)
            .ToDictionary(partition => new TopicPartition(partition.Topic, partition.Partition));

    private static string Names(List<TopicPartition> wanted) => string.Join(", ", wanted.Take(5)) + (wanted.Count > 5 ? $" and {wanted.Count - 5} more" : "");

    private static PartitionOutcome Refused(TopicPartition name, EngineException error) => new(name.Topic, name.Partition, IsChanged: false, error);

    private static EngineException NotFound(TopicPartition name) => new(
        "PartitionNotFound", EngineErrorKind.NotFound, name.ToString(), $"There is no partition {name}.", "Get-KafkaPartition shows the partitions that there are.");

    private static EngineException Unelected(TopicPartition name, string reason) => new(
        "PreferredLeaderUnavailable",
        EngineErrorKind.Unavailable,
        name.ToString(),
        $"The preferred leader of {name} can't lead it: {reason}",
        "See whether its broker is up, and wait until its replica is in sync.");
}
