namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>What the console consumer is to print.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Place">Where to read.</param>
/// <param name="MaxCount">After how many records to end.</param>
/// <param name="Timeout">How long the program waits for a record.</param>
internal sealed record Reading(string Topic, ReadingPlace Place, int? MaxCount, TimeSpan? Timeout);

/// <summary>Where the console consumer is to read.</summary>
internal abstract record ReadingPlace
{
    private ReadingPlace()
    {
    }

    /// <summary>One partition, without a group.</summary>
    /// <param name="Number">The partition.</param>
    /// <param name="Start">An offset, <c>earliest</c> or <c>latest</c>.</param>
    public sealed record Partition(int Number, string Start) : ReadingPlace;

    /// <summary>All partitions, as a member of a group.</summary>
    /// <param name="Name">The group.</param>
    /// <param name="FromBeginning">Whether to begin with the first record where nothing is committed, instead of with the next one.</param>
    /// <param name="Commits">Whether the program commits what it has printed, when it ends by itself and not before.</param>
    public sealed record Group(string Name, bool FromBeginning, bool Commits) : ReadingPlace;
}
