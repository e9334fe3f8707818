namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Tells which records were refused. The producer names a record by its sizes only.</summary>
internal static class RefusedRecords
{
    private const int MostNamed = 5;
    private const int LongestKey = 40;

    /// <summary>What became of the records.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The topic's only partition, or null where it has several.</param>
    /// <param name="records">What was sent.</param>
    /// <param name="failures">What the producer reported.</param>
    public static SendResult Attribute(string topic, int? partition, IReadOnlyList<OutgoingRecord> records, IReadOnlyList<ProducerFailure> failures)
    {
        if (failures.Count == 0)
        {
            return new SendResult(records.Count, [.. records.Select(record => new SentRecord(record, partition))], []);
        }

        // Where as many failed as there are of that size, it was all of them; otherwise it is one of them, and none is known to be stored.
        var bySize = Enumerable.Range(0, records.Count).ToLookup(number => (RecordLines.Size(records[number].Key), RecordLines.Size(records[number].Value)));
        var suspects = new HashSet<int>();
        var refused = new List<SendFailure>();
        foreach (var size in failures.GroupBy(failure => (failure.KeySize, failure.ValueSize)))
        {
            var numbers = bySize[size.Key].ToList();
            suspects.UnionWith(numbers);
            var areKnown = size.Count() == numbers.Count;
            refused.AddRange(size.Select((failure, index) => areKnown
                ? new SendFailure(records[numbers[index]], failure.Refusal.About(Name(records, numbers[index], topic), topic))
                : new SendFailure(null, failure.Refusal.About(Name(records, numbers, topic), topic))));
        }

        var sent = Enumerable.Range(0, records.Count).Where(number => !suspects.Contains(number)).Select(number => new SentRecord(records[number], partition));
        return new SendResult(records.Count - failures.Count, [.. sent], refused);
    }

    private static string Name(IReadOnlyList<OutgoingRecord> records, int number, string topic) =>
        $"Record {number + 1} of {records.Count} to {topic}{(records[number].Key is { } key ? $" with the key \"{Short(key)}\"" : "")}";

    private static string Name(IReadOnlyList<OutgoingRecord> records, List<int> numbers, string topic) => numbers.Count == 0
        ? $"A record to {topic}"
        : $"One of {numbers.Count} records to {topic} of the same size (number {string.Join(", ", numbers.Take(MostNamed).Select(number => Invariant.Text(number + 1)))}{(numbers.Count > MostNamed ? ", …" : "")} of {records.Count})";

    private static string Short(string key) => key.Length > LongestKey ? key[..LongestKey] + "…" : key;
}
