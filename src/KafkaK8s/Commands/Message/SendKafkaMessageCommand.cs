using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Sends records to a topic, and returns when the brokers have accepted all of them.</summary>
/// <remarks>
/// <para>Everything from the pipeline is collected and checked, then sent in one go, in order. What the transport can't carry, such as
/// a line break through the console producer, is refused before anything is sent.</para>
/// <para>A record that the brokers refused, or of which it isn't known whether they took it, is an error; nothing is ever dropped in silence. The
/// record is the error's target, and its message says which one it was. Where several records have the same size, the cluster doesn't always tell which of
/// them it was; then the message says so.</para>
/// <para>Text and numbers are sent as they are. An object with <c>Value</c>, and perhaps <c>Key</c> and <c>Headers</c>, such as a row of a CSV file, a hashtable
/// or a received message, is sent with them. Anything else is refused: turn it into text first.</para>
/// <para>Headers and records without a value (tombstones) need Kafka's programs of 3.2 or later; with older ones they are refused before anything is sent.</para>
/// </remarks>
/// <example>
/// <summary>Say hello</summary>
/// <code>'hello' | Send-KafkaMessage test</code>
/// <para>One record without a key.</para>
/// </example>
/// <example>
/// <summary>Objects as JSON, by key</summary>
/// <code>Get-Process pwsh | ForEach-Object { @{ Key = $_.Id; Value = $_ | Select-Object Name, CPU | ConvertTo-Json -Compress } } | Send-KafkaMessage processes</code>
/// <para>Records with the same key go to the same partition.</para>
/// </example>
/// <example>
/// <summary>Send again what was refused</summary>
/// <code>Import-Csv orders.csv | Send-KafkaMessage orders -ErrorVariable refused; $refused.TargetObject | Send-KafkaMessage orders-refused</code>
/// <para>The file's columns <c>Key</c> and <c>Value</c> are the records' keys and values.</para>
/// </example>
/// <example>
/// <summary>Headers, and a tombstone</summary>
/// <code>Send-KafkaMessage orders -Key 17 -Value '{"paid":true}' -Headers @{ source = 'shop' }; Send-KafkaMessage orders -Key 16 -Value $null</code>
/// <para>In a compacted topic, the tombstone removes what was kept for its key.</para>
/// </example>
/// <example>
/// <summary>Copy a topic</summary>
/// <code>Receive-KafkaMessage orders -FromBeginning | Send-KafkaMessage orders-copy</code>
/// <para>Keys and, where the Kafka version has them, headers go along.</para>
/// </example>
[Cmdlet(VerbsCommunications.Send, "KafkaMessage", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaMessage))]
public sealed class SendKafkaMessageCommand : KafkaCmdlet
{
    private readonly List<Pending> _records = [];

    /// <summary>The topic; it must exist.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string Topic { get; set; } = "";

    /// <summary>What to send: text, a number, or an object with <c>Value</c>, and perhaps <c>Key</c> and <c>Headers</c>. <c>$null</c> with a key is a tombstone.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public object? Value { get; set; }

    /// <summary>The key: text or a number. Records with the same key go to the same partition.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public object? Key { get; set; }

    /// <summary>The headers: a hashtable, or an ordered one where the order matters, of text or numbers; or a list of objects with <c>Key</c> and <c>Value</c>, as a received message has it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public object? Headers { get; set; }

    /// <summary>Returns the records that the brokers have accepted. The partition is there where the topic has only one; offsets are not known.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        try
        {
            _records.Add(new Pending(Choice, Topic, MessageReading.Read(Value, Key, Headers)));
        }
        catch (TerminatingException refused)
        {
            ThrowTerminatingError(refused.Error);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var batch in _records.GroupBy(entry => (entry.Choice, entry.Topic)))
        {
            Run((pipeline, cancellation) => SendAsync(
                pipeline, batch.Key.Choice, batch.Key.Topic, [.. batch.Select(entry => entry.Record)], cancellation));
        }
    }

    private async Task SendAsync(
        CommandPipeline pipeline, SessionDefaults choice, string topic, IReadOnlyList<OutgoingRecord> records, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        if (!await pipeline.ShouldProcessAsync(session.Describe(topic), $"Send {records.Count} {(records.Count == 1 ? "record" : "records")}"))
        {
            return;
        }

        var result = await session.Messages.SendAsync(topic, records, cancellation);
        pipeline.WriteVerbose($"{result.Accepted} of {records.Count} records accepted by {session.Describe(topic)}");
        foreach (var failure in result.Failures)
        {
            var error = KafkaErrors.ToErrorRecord(failure.Error, topic);
            await pipeline.WriteErrorAsync(failure.Record is { } record ? KafkaErrors.About(record.ToOutput(topic, null), error) : error);
        }

        foreach (var sent in PassThru ? result.Sent : [])
        {
            await pipeline.WriteObjectAsync(sent.Record.ToOutput(topic, sent.Partition));
        }
    }

    // A class: a list of structures that hold the engine's types would load the engine together with this cmdlet's type.
    private sealed class Pending(SessionDefaults choice, string topic, OutgoingRecord record)
    {
        public SessionDefaults Choice { get; } = choice;

        public string Topic { get; } = topic;

        public OutgoingRecord Record { get; } = record;
    }
}
