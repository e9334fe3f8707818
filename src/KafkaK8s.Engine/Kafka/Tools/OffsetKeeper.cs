using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Remembers what the caller of a group's reader has taken, and says it in the reader's last words, so that exactly that is
/// committed: the reader itself knows only what it has printed, which may still be on its way.
/// </summary>
internal sealed class OffsetKeeper(ToolSession session, string group, string topic, string mark)
{
    private readonly SortedDictionary<int, long> _next = [];
    private readonly TextCollector _answer = new();

    /// <summary>The leash of the reader.</summary>
    public Leash Leash { get; } = new Leash.WithLastWords(ToolDialect.RestoreGroup(session.Access, group, dryRun: false), mark);

    /// <summary>The caller has taken a record.</summary>
    public void Took(ReceivedRecord record)
    {
        if (record is { Partition: { } partition, Offset: { } offset })
        {
            _next[partition] = offset + 1;
        }
    }

    /// <summary>What the input ends with; the mark alone when nothing was taken.</summary>
    public ReadOnlyMemory<byte> LastWords() =>
        Encoding.ASCII.GetBytes(string.Concat(_next.Select(next => $"{topic},{Invariant.Text(next.Key)},{Invariant.Text(next.Value)}\n")) + mark + "\n");

    /// <summary>Takes what is printed after the last words.</summary>
    public ValueTask HearAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation) => _answer.AddAsync(piece, cancellation);

    /// <summary>Whether the commit that the last words asked for was confirmed.</summary>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="errors">Standard error.</param>
    /// <exception cref="EngineException"><c>OffsetsNotCommitted</c>.</exception>
    public void RequireCommitted(int exitCode, string errors)
    {
        if (_next.Count == 0)
        {
            return;
        }

        var command = ToolDialect.RestoreGroup(session.Access, group, dryRun: false);
        var at = _answer.Text.LastIndexOf(mark, StringComparison.Ordinal);
        var answer = new ToolAnswer(exitCode, at < 0 ? "" : _answer.Text[(at + mark.Length)..].TrimStart('\n'), errors);
        if (at < 0 || exitCode != 0 || GroupReader.HasError(answer.Lines))
        {
            throw NotCommitted(ToolFailure.Of(command, answer, group));
        }

        var committed = GroupReader.ReadReset(answer.Lines, group).ToDictionary(offset => offset.Partition, offset => offset.Offset);
        if (_next.FirstOrDefault(next => committed.GetValueOrDefault(next.Key) != next.Value) is { Value: > 0 } wrong)
        {
            session.Observer.Warning(
                $"{topic}-{wrong.Key} was read up to {wrong.Value}, and {committed.GetValueOrDefault(wrong.Key)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"} is committed for {group}: its records changed meanwhile.");
        }
    }

    /// <summary>The error that what was taken is not committed.</summary>
    public EngineException NotCommitted(EngineException reason) => new(
        "OffsetsNotCommitted",
        reason.Kind,
        group,
        $"The records were received, but not committed for {group}, so they will come again: {reason.Message}",
        reason.Advice,
        reason);
}
