using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Receives records from a topic, as objects.</summary>
/// <remarks>
/// <para>Without <c>-Follow</c> it ends when no record has come for <c>-Timeout</c> seconds (5 when not given), or after <c>-MaxCount</c> records. With
/// <c>-Follow</c> it stays until Ctrl+C, until a command downstream has enough, or after <c>-MaxCount</c> records.</para>
/// <para>Without <c>-FromBeginning</c> it hears what is sent from now on. It joins no consumer group of anyone's and leaves nothing behind in
/// the cluster. Partition, offset and headers are there where the Kafka version can print them: from 2.7 on. Before, only the partition is known, and
/// only where it was given or the topic has one: offsets are not counted, because compaction and transactions leave gaps.</para>
/// <para>With <c>-Group</c> it reads as that consumer group, and begins where the group has left off; where it has not read yet, at the
/// beginning with <c>-FromBeginning</c>, else with what is sent from now on. A group with members of its own is left alone: a reader beside
/// them would take partitions away from them. At the end, whatever it is, exactly the records that the commands downstream are done with are committed, and the
/// others come again. So does the one at which the pipeline was ended: by an error, by Ctrl+C, or by a command that had enough, such as
/// <c>Select-Object -First</c>; <c>-MaxCount</c> ends without that. When it is ended from outside, the commit happens in the cluster a moment later. If the connection
/// breaks, nothing of the run is committed.</para>
/// <para>Kafka's programs before 2.7 don't say where a record is from. There, the reader itself commits all that it has printed when it ends by
/// <c>-MaxCount</c> or <c>-Timeout</c>; when it is stopped before, nothing of the run is committed. <c>-Group</c> with <c>-Follow</c> and without <c>-MaxCount</c> is
/// refused there.</para>
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
/// <example>
/// <summary>The next record that a group would read in each partition</summary>
/// <code>(Get-KafkaConsumerGroup billing).Offsets | Where-Object Lag | Receive-KafkaMessage -MaxCount 1</code>
/// <para>Partition and offset come from the pipeline, and nothing is committed: it reads without the group.</para>
/// </example>
/// <example>
/// <summary>Work through a topic as a group, a thousand records at a time</summary>
/// <code>Receive-KafkaMessage orders -Group nightly -FromBeginning -MaxCount 1000 | ForEach-Object { Import-Order $_.Value }</code>
/// <para>The next run goes on where this one has ended; records that it didn't come to, because of an error for instance, come again.</para>
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

    /// <summary>Reads this partition only.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsNull]
    public int? Partition { get; set; }

    /// <summary>Starts with this offset of the partition, or of the topic's only one. One that is not there is an error.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsNull]
    public long? Offset { get; set; }

    /// <summary>Reads and commits as this consumer group.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConsumerGroupCompleter))]
    public string? Group { get; set; }

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
        var request = new ReceiveRequest(Topic, FromBeginning, MaxCount, Follow ? null : TimeSpan.FromSeconds(Timeout))
        {
            Partition = Partition,
            Offset = Offset,
            Group = Group,
        };
        await foreach (var record in session.Messages.ReceiveAsync(request, cancellation).WithCancellation(cancellation))
        {
            await pipeline.WriteObjectAsync(record.ToOutput());
        }
    }
}
