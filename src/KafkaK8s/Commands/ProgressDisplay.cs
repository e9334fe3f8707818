using System.Management.Automation;

namespace KafkaK8s.Commands;

/// <summary>
/// Turns reports into progress records: the first and the last at once, those between at most every <see cref="Interval"/>, and never
/// one lost that stands longer. Used on the pipeline's thread only.
/// </summary>
internal sealed class ProgressDisplay(Action<ProgressRecord> write)
{
    /// <summary>The least time between two records of an activity, in milliseconds.</summary>
    public const int Interval = 150;

    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>How long until something held back is due, in milliseconds, or -1 when nothing is.</summary>
    public int MillisecondsUntilDue
        => _lines.Values.Where(line => line.IsHeldBack).Select(line => line.MillisecondsUntilDue).DefaultIfEmpty(Timeout.Infinite).Min();

    /// <summary>Takes a report.</summary>
    /// <returns>Whether the status differs from the activity's last one.</returns>
    public bool Report(string activity, string status, int? percentComplete, bool completed)
    {
        if (!_lines.TryGetValue(activity, out var line))
        {
            _lines[activity] = line = new Line(_lines.Count + 1);
        }

        var changed = line.Record?.StatusDescription != Printable(status);
        line.Record = new ProgressRecord(line.Id, activity, Printable(status)) { PercentComplete = percentComplete ?? -1 };
        line.IsHeldBack = true;
        if (completed)
        {
            Complete(line);
        }

        return changed;
    }

    /// <summary>Writes what is due.</summary>
    public void WriteDue()
    {
        foreach (var line in _lines.Values.Where(line => line.IsHeldBack && line.MillisecondsUntilDue == 0))
        {
            write(line.Record!);
            line.IsHeldBack = false;
            line.WrittenAt = Environment.TickCount64;
        }
    }

    /// <summary>Takes every bar away.</summary>
    public void CompleteAll()
    {
        foreach (var line in _lines.Values)
        {
            Complete(line);
        }
    }

    // PowerShell refuses an empty status.
    private static string Printable(string status) => string.IsNullOrWhiteSpace(status) ? "…" : status;

    private void Complete(Line line)
    {
        line.IsHeldBack = false;
        if (line.Record is { RecordType: ProgressRecordType.Processing } record)
        {
            record.RecordType = ProgressRecordType.Completed;
            write(record);
        }
    }

    private sealed class Line(int id)
    {
        public int Id { get; } = id;

        public ProgressRecord? Record { get; set; }

        public bool IsHeldBack { get; set; }

        public long? WrittenAt { get; set; }

        public int MillisecondsUntilDue
            => WrittenAt is { } written ? (int)Math.Max(0, written + Interval - Environment.TickCount64) : 0;
    }
}
