namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>How the console consumer serves a request.</summary>
/// <param name="Place">Where it reads.</param>
/// <param name="Leash">How it is ended, and what follows.</param>
/// <param name="StartTime">
/// What it needs before its first record can come: to ask for its partitions; as a member of a group, also for the others to join,
/// for which brokers wait three seconds by default.
/// </param>
internal sealed record ConsumerSetup(ReadingPlace Place, Leash Leash, TimeSpan StartTime)
{
    private static readonly TimeSpan StartAlone = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartInGroup = TimeSpan.FromSeconds(6);

    /// <summary>Sees to the commits of the group that was asked for, where the program prints enough for it.</summary>
    public OffsetKeeper? Keeper { get; init; }

    /// <summary>Whether the program commits by itself, so that it must be let to come to its end.</summary>
    public bool EndsItself => Place is ReadingPlace.Group { Commits: true };

    /// <summary>Chooses.</summary>
    /// <param name="session">Where the program runs.</param>
    /// <param name="request">What is wanted; it was checked.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="separators">The separators of this run.</param>
    public static ConsumerSetup For(ToolSession session, ReceiveRequest request, TopicDescription topic, Separators separators)
    {
        if (request.Group is { } group)
        {
            var keeper = session.Dialect.CanPrintPosition ? new OffsetKeeper(session, group, topic.Name, separators.LastWords) : null;
            // Where the group has committed nothing was settled before, so only new partitions can be without: none of theirs is skipped.
            return new ConsumerSetup(
                new ReadingPlace.Group(group, FromBeginning: keeper is not null || request.FromBeginning, Commits: keeper is null),
                keeper?.Leash ?? new Leash.Simple(null, abruptly: true),
                StartInGroup)
            {
                Keeper = keeper,
            };
        }

        // A single partition needs no group: it starts at once, and nothing has to be cleared away. The group for several would stay
        // in the brokers' list for ten minutes after its last member left.
        if ((request.Partition ?? (topic.Partitions.Count == 1 ? topic.Partitions[0].Partition : null)) is { } partition)
        {
            var start = request.Offset is { } offset ? Invariant.Text(offset) : request.FromBeginning ? "earliest" : "latest";
            return new ConsumerSetup(new ReadingPlace.Partition(partition, start), new Leash.Simple(null, abruptly: false), StartAlone);
        }

        var passing = $"kafkak8s-{Guid.NewGuid():N}";
        return new ConsumerSetup(
            new ReadingPlace.Group(passing, request.FromBeginning, Commits: false),
            new Leash.Simple(ToolDialect.DeleteGroups(session.Access, [passing]), abruptly: false),
            StartInGroup);
    }
}
