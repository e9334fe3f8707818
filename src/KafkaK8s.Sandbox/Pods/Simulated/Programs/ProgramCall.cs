namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>A simulated program: takes a call and returns the exit code.</summary>
internal delegate Task<int> SimulatedProgram(ProgramCall call, CancellationToken cancellation);

/// <summary>One run of a program in a container.</summary>
/// <param name="Pod">Where it runs.</param>
/// <param name="Arguments">Its arguments, without its own name.</param>
/// <param name="Environment">Its environment.</param>
/// <param name="Console">Its input and outputs.</param>
internal sealed record ProgramCall(
    SimulatedPod Pod,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    ProgramConsole Console)
{
    /// <summary>The files that were made for it, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; init; } = new Dictionary<string, byte[]>();
}
