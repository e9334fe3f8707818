using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Deletes consumer groups with what they have committed.</summary>
/// <remarks>
/// <para>Where a group was is lost, so each one is asked about; in a script use <c>-Confirm:$false</c>. The topics and their records stay.</para>
/// <para>A group with active members is not deleted; the error names them. Groups from the pipeline are deleted together.</para>
/// </remarks>
/// <example>
/// <summary>Delete a group</summary>
/// <code>Remove-KafkaConsumerGroup billing-test</code>
/// <para>Asks first.</para>
/// </example>
/// <example>
/// <summary>Delete in a script what nobody reads with any more</summary>
/// <code>Get-KafkaConsumerGroup console-consumer-* | Where-Object State -eq Empty | Remove-KafkaConsumerGroup -Confirm:$false</code>
/// <para>Each group is deleted in the cluster that it came from.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KafkaConsumerGroup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByName)]
public sealed class RemoveKafkaConsumerGroupCommand : KafkaCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    private readonly List<(SessionDefaults Choice, string[] Names, bool AreFound)> _wanted = [];

    /// <summary>The groups to delete, by name; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [Alias("Group")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConsumerGroupCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>A group, as <c>Get-KafkaConsumerGroup</c> returns it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public KafkaConsumerGroup? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        // A name that was found is not looked for again, nor taken for a pattern.
        _wanted.Add(InputObject is { } group ? (Choice, [group.Name], true) : (Choice, Name, false));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var batch in _wanted.GroupBy(entry => (entry.Choice, entry.AreFound), entry => entry.Names))
        {
            string[] names = [.. batch.SelectMany(names => names)];
            Run((pipeline, cancellation) => RemoveAsync(pipeline, batch.Key.Choice, names, batch.Key.AreFound, cancellation));
        }
    }

    private async Task RemoveAsync(
        CommandPipeline pipeline, SessionDefaults choice, string[] names, bool areFound, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var wanted = new List<string>();
        foreach (var name in areFound ? names : await ConsumerGroupSelection.ListAsync(pipeline, session, names, cancellation))
        {
            if (await pipeline.ShouldProcessAsync(session.Describe(name), "Delete consumer group with its offsets"))
            {
                wanted.Add(name);
            }
        }

        foreach (var outcome in await session.Groups.DeleteAsync(wanted, cancellation))
        {
            if (outcome.Error is { } error)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, outcome.Name));
            }
        }
    }
}
