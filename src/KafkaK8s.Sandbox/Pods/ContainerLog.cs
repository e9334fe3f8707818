using System.Runtime.CompilerServices;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>What a container wrote, the oldest forgotten above ten megabytes, as a kubelet's log rotation does.</summary>
internal sealed class ContainerLog(TimeProvider clock)
{
    private const int MostCharacters = 10_000_000;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _forgotten;
    private int _characters;
    private bool _isEnded;

    /// <summary>Takes a line.</summary>
    public void Add(string text)
    {
        lock (_gate)
        {
            _lines.Enqueue(new LogLine(clock.GetUtcNow(), text));
            _characters += text.Length;
            while (_characters > MostCharacters)
            {
                _characters -= _lines.Dequeue().Text.Length;
                _forgotten++;
            }

            Signal();
        }
    }

    /// <summary>Says that no more lines will come.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnded = true;
            Signal();
        }
    }

    /// <summary>The last lines, and with <paramref name="follow"/> those to come until the container ends.</summary>
    /// <param name="tail">How many of the lines so far; null for all.</param>
    /// <param name="since">Lines of this time and later.</param>
    /// <param name="follow">Whether to wait for more.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<LogLine> ReadAsync(
        long? tail, DateTimeOffset since, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = 0L;
        while (true)
        {
            List<LogLine> batch;
            Task changed;
            bool isEnded;
            lock (_gate)
            {
                var skipped = Math.Max(0, next - _forgotten);
                batch = [.. _lines.Skip((int)Math.Min(skipped, int.MaxValue)).Where(line => line.Time >= since)];
                next = _forgotten + _lines.Count;
                (changed, isEnded) = (_changed.Task, _isEnded);
            }

            foreach (var line in tail is { } last ? batch.TakeLast((int)Math.Min(last, int.MaxValue)) : batch)
            {
                yield return line;
            }

            if (!follow || isEnded)
            {
                yield break;
            }

            tail = null;
            await changed.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }
}

/// <summary>A line of a log.</summary>
internal readonly record struct LogLine(DateTimeOffset Time, string Text);
