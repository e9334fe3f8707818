using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KafkaK8s.Diagnostics;

namespace KafkaK8s.Binding;

/// <summary>Reads which brokers hold each partition of a new topic.</summary>
internal static class ReplicaAssignmentReading
{
    /// <summary>The broker ids by partition, from 0 on, or null where nothing was said.</summary>
    /// <param name="topic">The topic, for the error.</param>
    /// <param name="value">A hashtable <c>@{ 0 = 1, 2; 1 = 2, 0 }</c>, a list of lists, or text as Kafka writes it, <c>1:2,2:0</c>.</param>
    /// <exception cref="TerminatingException">It is none of these.</exception>
    public static IReadOnlyList<IReadOnlyList<int>>? Read(string topic, object? value)
    {
        try
        {
            return (value is PSObject wrapped ? wrapped.BaseObject : value) switch
            {
                null or string { Length: 0 } => null,
                string text => [.. text.Split(',').Select(brokers => (IReadOnlyList<int>)[.. brokers.Split(':').Select(Number)])],
                IDictionary table => InOrder(table),
                IEnumerable list => [.. list.Cast<object?>().Select(Brokers)],
                _ => throw new FormatException(),
            };
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
        {
            throw new TerminatingException(KafkaErrors.Create(
                "InvalidReplicaAssignment",
                ErrorCategory.InvalidArgument,
                topic,
                $"The replica assignment of {topic} can't be read. Nothing was created.",
                "Write the broker ids by partition, from 0 on: @{ 0 = 1, 2; 1 = 2, 0 }, or 1:2,2:0 as Kafka does.",
                e));
        }
    }

    private static IReadOnlyList<IReadOnlyList<int>> InOrder(IDictionary table)
    {
        // By its keys: what else it yields differs by the kind of dictionary.
        var byPartition = table.Keys.Cast<object>().ToDictionary(Number, partition => Brokers(table[partition]));
        return [.. Enumerable.Range(0, byPartition.Count).Select(partition => byPartition.TryGetValue(partition, out var brokers) ? brokers : throw new FormatException())];
    }

    private static IReadOnlyList<int> Brokers(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string text => [.. text.Split(':').Select(Number)],
        IEnumerable list => [.. list.Cast<object?>().Select(Number)],
        var one => [Number(one)],
    };

    private static int Number(object? value) => value is PSObject wrapped ? Number(wrapped.BaseObject) : Convert.ToInt32(value, CultureInfo.InvariantCulture);
}
