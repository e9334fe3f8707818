using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Runs programs in a pod, by exec.</summary>
internal sealed class PodProgramRunner(KubernetesConnection connection, PodTarget pod) : IProgramRunner
{
    /// <inheritdoc/>
    public async Task<int> RunAsync(ProgramCall program, CancellationToken cancellation)
    {
        var streams = new ExecStreams(program.StandardInput, program.StandardOutput, program.StandardError)
        {
            InputEndsWithConnection = program.StandardInput is HeldInput,
        };
        try
        {
            return await PodExec.RunAsync(connection, pod, program.Arguments, streams, cancellation);
        }
        catch (EngineException e) when (e.Id == "ProgramNotFound")
        {
            throw new ProgramNotFoundException(program.Arguments[0]);
        }
    }
}
