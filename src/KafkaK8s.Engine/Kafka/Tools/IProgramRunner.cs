namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Runs a program where Kafka's programs are: in a pod, or, for tests, on this machine.</summary>
internal interface IProgramRunner
{
    /// <summary>Runs a program to its end, and hands on what it writes as it comes.</summary>
    /// <param name="program">The program and its streams.</param>
    /// <param name="cancellation">Ends the call within 200 ms. The program's input is closed; whether it runs on is its own affair.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProgramNotFoundException">There is no such program there.</exception>
    /// <exception cref="EngineException">It could not be started (nothing has run), or the connection broke
    /// (<see cref="EngineErrorKind.OutcomeUnknown"/>: it may have run).</exception>
    Task<int> RunAsync(ProgramCall program, CancellationToken cancellation);
}

/// <summary>A program to run.</summary>
/// <param name="Arguments">The argument vector, program first; no shell reads it.</param>
/// <param name="StandardInput">What it can read, to the stream's end; null for no input.</param>
/// <param name="StandardOutput">Takes its output, piece by piece, in order, never two at once. The memory is valid during the call only.</param>
/// <param name="StandardError">Takes its errors, in the same way.</param>
internal sealed record ProgramCall(
    IReadOnlyList<string> Arguments,
    Stream? StandardInput,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> StandardOutput,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> StandardError);

/// <summary>There is no such program where it was to run.</summary>
/// <param name="program">The program.</param>
internal sealed class ProgramNotFoundException(string program) : Exception($"There is no program {program}.")
{
    /// <summary>The program.</summary>
    public string Program { get; } = program;
}
