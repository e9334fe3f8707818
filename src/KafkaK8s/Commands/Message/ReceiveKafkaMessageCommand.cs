using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Receives records from a topic, as objects.</summary>
/// <remarks>
/// <para>Without <c>-Follow</c> it ends when no record has come for <c>-Timeout</c> seconds (5 when not given), or after <c>-MaxCount</c> records. With
/// <c>-Follow</c> it stays until Ctrl+C, until a command downstream has enough, or after <c>-MaxCount</c> records.</para>
/// <para>Without <c>-FromBeginning</c> it hears what is sent from now on. It joins no consumer group of anyone's and leaves nothing behind in
/// the cluster. Partition and offset are there where the Kafka version can print them.</para>
/// </remarks>
/// <example>
/// <summary>Everything that is in a topic</summary>
/// <code>Receive-KafkaMessage test -FromBeginning</code>
/// <para>Returns the records that are there and ends five seconds after the last one.</para>
/// </example>
/// <example>
/// <summary>Stay and listen</summary>
/// <code>Receive-KafkaMessage orders -Follow | ForEach-Object { $_.Value | ConvertFrom-Json }</code>
/// <para>Each record goes down the pipeline when it arrives. Ctrl+C ends it.</para>
/// </example>
/// <example>
/// <summary>Wait in a job for a sign of life</summary>
/// <code>Receive-KafkaMessage heartbeat -MaxCount 1 -Timeout 60</code>
/// <para>Ends at the first record, or after a minute without one.</para>
/// </example>
[Cmdlet(VerbsCommunications.Receive, "KafkaMessage", DefaultParameterSetName = UntilIdle)]
[OutputType(typeof(KafkaMessage))]
public sealed class ReceiveKafkaMessageCommand : KafkaCmdlet
{
    private const string UntilIdle = "UntilIdle";
    private const string UntilStopped = "UntilStopped";

    /// <summary>The topic.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string Topic { get; set; } = "";

    /// <summary>Starts with the oldest record that is still there, instead of with the next one.</summary>
    [Parameter]
    public SwitchParameter FromBeginning { get; set; }

    /// <summary>Ends after so many records.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxCount { get; set; }

    /// <summary>Ends when no record has come for so many seconds; 5 when not given. The time that the reader takes to start is not counted.</summary>
    [Parameter(ParameterSetName = UntilIdle)]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int Timeout { get; set; } = 5;

    /// <summary>Stays and waits for more until it is stopped.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UntilStopped)]
    public SwitchParameter Follow { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, cancellation);
        var request = new ReceiveRequest(Topic, FromBeginning, MaxCount, Follow ? null : TimeSpan.FromSeconds(Timeout));
        await foreach (var record in session.Messages.ReceiveAsync(request, cancellation).WithCancellation(cancellation))
        {
            await pipeline.WriteObjectAsync(record.ToOutput());
        }
    }
}
