using System.Diagnostics;
using System.Management.Automation;

namespace KafkaK8s.Quickstart.Terminal;

/// <summary>
/// Progress on one line: rewritten in place on a terminal; elsewhere a line of its own each time that the status has changed, once
/// the activity has taken long enough for anyone to wonder.
/// </summary>
internal sealed class ProgressLine(TextWriter writer, bool isTerminal, int width)
{
    private static readonly TimeSpan UntilAnyoneWonders = TimeSpan.FromSeconds(1);
    private string _activity = string.Empty;
    private string _status = string.Empty;
    private long _since;
    private bool _isShown;

    /// <summary>Shows where an activity is.</summary>
    public void Show(ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            Clear();
            _activity = _status = string.Empty;
            return;
        }

        if (record.Activity != _activity)
        {
            _activity = record.Activity;
            _since = Stopwatch.GetTimestamp();
        }

        if (isTerminal)
        {
            var percent = record.PercentComplete is >= 0 and <= 100 ? $" {record.PercentComplete} %" : string.Empty;
            var line = $"{record.Activity}{percent}: {record.StatusDescription}".ReplaceLineEndings(" ");
            Clear();
            writer.Write($"{TerminalColor.Passing}{(line.Length < width ? line : line[..(width - 1)])}{TerminalColor.Reset}");
            _isShown = true;
        }
        else if (record.StatusDescription != _status && Stopwatch.GetElapsedTime(_since) >= UntilAnyoneWonders)
        {
            _status = record.StatusDescription;
            writer.WriteLine($"  {_activity}: {_status}".ReplaceLineEndings(" "));
        }
    }

    /// <summary>Takes the line away, so that something else can be written.</summary>
    public void Clear()
    {
        if (_isShown)
        {
            writer.Write("\r\e[2K");
            _isShown = false;
        }
    }
}
