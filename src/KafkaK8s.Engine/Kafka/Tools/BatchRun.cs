using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// A batch while it runs. The next programs are told only when those before have answered, so that one whose caller goes away has begun
/// nothing more, and what was not begun is known.
/// </summary>
internal sealed class BatchRun
{
    private readonly object _gate = new();
    private readonly IReadOnlyList<IReadOnlyList<string>> _vectors;
    private readonly ToolAnswer?[] _answers;
    private readonly BatchLane[] _lanes;
    private readonly int _width;
    private readonly Action<int> _progressed;
    private int _answered;

    /// <summary>Prepares a batch; it begins when its input is read.</summary>
    /// <param name="vectors">The programs with their arguments.</param>
    /// <param name="lanes">How many run at a time.</param>
    /// <param name="folder">Where the programs are, or empty when they are in the search path.</param>
    /// <param name="progressed">Hears how many have answered, whenever one has.</param>
    public BatchRun(IReadOnlyList<IReadOnlyList<string>> vectors, int lanes, string folder, Action<int> progressed)
    {
        _width = lanes;
        _vectors = vectors;
        _answers = new ToolAnswer?[vectors.Count];
        _progressed = progressed;
        var token = "kafkak8s-" + Guid.NewGuid().ToString("n");
        Vector = BatchScript.Vector(token, vectors.Count, lanes, folder);
        _lanes = [.. Enumerable.Range(0, BatchScript.MostLanes).Select(lane =>
        {
            var next = lane;
            return new BatchLane(token, answer =>
            {
                Take(next, answer);
                next += lanes;
            });
        })];
        Begin();
    }

    /// <summary>What runs it.</summary>
    public IReadOnlyList<string> Vector { get; }

    /// <summary>What that reads.</summary>
    public HeldInput Input { get; } = new();

    /// <summary>How many programs were told so far: none behind them has begun.</summary>
    public int Begun { get; private set; }

    /// <summary>The answers so far, in the order of the programs.</summary>
    public IReadOnlyList<ToolAnswer?> Answers => _answers;

    /// <summary>Takes standard output.</summary>
    public ValueTask OutputAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation) => _lanes[0].AddAsync(piece, cancellation);

    /// <summary>Takes standard error.</summary>
    public ValueTask ErrorsAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation) => _lanes[1].AddAsync(piece, cancellation);

    private void Take(int program, ToolAnswer answer)
    {
        lock (_gate)
        {
            _answers[program] = answer;
            _answered++;
            if (_answered == Begun)
            {
                Begin();
            }
        }

        _progressed(_answered);
    }

    private void Begin()
    {
        var next = _vectors.Skip(Begun).Take(_width).ToList();
        Begun += next.Count;
        if (next.Count > 0)
        {
            Input.Feed(Encoding.UTF8.GetBytes(string.Concat(next.Select(BatchScript.Input))));
        }
        else
        {
            Input.End();
        }
    }
}
