using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Gets the test client of a Kafka cluster.</summary>
/// <remarks>
/// <para>The test client is a pod with Kafka's own tools in it. Where there is one, the module asks Kafka from there; else from a broker.</para>
/// </remarks>
/// <example>
/// <summary>Is there a test client?</summary>
/// <code>Get-KafkaClient -Namespace the-project</code>
/// <para>An error where there is none.</para>
/// </example>
/// <example>
/// <summary>Run one of Kafka's tools there</summary>
/// <code>Get-KafkaClient | Invoke-KafkaCommand kafka-topics --version</code>
/// <para>The output comes line by line.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaClient")]
[OutputType(typeof(KafkaClient))]
public sealed class GetKafkaClientCommand : ClusterCmdlet
{
    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var state = await FindClusterAsync(connection, cancellation);
        if (state.ToClient(Choice.KubeConfig) is { } client)
        {
            await pipeline.WriteObjectAsync(client);
            return;
        }

        await pipeline.WriteErrorAsync(KafkaErrors.Create(
            "ClientNotFound",
            ErrorCategory.ObjectNotFound,
            state.Identity.ClientPod,
            $"The Kafka cluster {state.Identity} has no test client.",
            "New-KafkaClient makes one."));
    }
}
