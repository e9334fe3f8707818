using KafkaK8s.Engine.Kafka.Tools;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Kafka;

/// <summary>Runs Kafka's programs in a pod, through exec.</summary>
internal sealed class PodProgramRunner(KubernetesConnection connection, PodTarget target) : IProgramRunner
{
    /// <inheritdoc/>
    public async Task<int> RunAsync(ProgramCall program, CancellationToken cancellation)
    {
        try
        {
            var streams = new ExecStreams(program.StandardInput, program.StandardOutput, program.StandardError);
            return await PodExec.RunAsync(connection, target, program.Arguments, streams, cancellation);
        }
        catch (EngineException missing) when (missing.Id == "ProgramNotFound")
        {
            throw new ProgramNotFoundException(program.Arguments[0]);
        }
    }
}
