using KafkaK8s.Engine.Kafka;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that asks a running Kafka cluster.</summary>
public abstract class KafkaCmdlet : ClusterCmdlet
{
    /// <summary>Opens the connection, finds the cluster, and a way to ask it.</summary>
    private protected Task<KafkaSession> OpenKafkaAsync(CommandPipeline pipeline, CancellationToken cancellation)
        => OpenKafkaAsync(pipeline, Choice, cancellation);

    /// <summary>The same for what an earlier record chose.</summary>
    private protected async Task<KafkaSession> OpenKafkaAsync(
        CommandPipeline pipeline, SessionDefaults choice, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(pipeline, choice, cancellation);
        try
        {
            var kafka = await ClusterKafka.OpenAsync(connection, choice.Cluster ?? SessionDefaults.UsualCluster, cancellation);
            return new KafkaSession(connection, kafka, choice.KubeConfig);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
