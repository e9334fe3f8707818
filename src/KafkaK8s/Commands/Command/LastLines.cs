namespace KafkaK8s.Commands;

/// <summary>Remembers the last lines of what a program wrote.</summary>
internal sealed class LastLines
{
    private const int Most = 10;

    private readonly Queue<string> _lines = new();

    /// <summary>Takes the next line.</summary>
    public void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > Most)
        {
            _lines.Dequeue();
        }
    }

    /// <summary>The lines, each on a line of its own behind a line break; empty when there are none.</summary>
    public override string ToString() => string.Concat(_lines.Select(line => $"\n  {line}"));
}
