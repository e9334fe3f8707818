using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Deletes topics with all their records.</summary>
/// <remarks>
/// <para>What a topic holds is lost, so each one is asked about; in a script use <c>-Confirm:$false</c>. A wildcard never means one of
/// Kafka's internal topics.</para>
/// <para>All that come down the pipeline are deleted in one call to the cluster, after one that sees what is there. A name is never a pattern of Kafka's: deleting
/// <c>a.b</c> leaves <c>aXb</c>.</para>
/// </remarks>
/// <example>
/// <summary>Delete a topic</summary>
/// <code>Remove-KafkaTopic test</code>
/// <para>Asks, deletes, and returns when the topic is gone.</para>
/// </example>
/// <example>
/// <summary>Delete in a script what was found</summary>
/// <code>Get-KafkaTopic tmp-* | Where-Object PartitionCount -eq 1 | Remove-KafkaTopic -Confirm:$false</code>
/// <para>Each topic is deleted in the cluster that it came from.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KafkaTopic", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByName)]
public sealed class RemoveKafkaTopicCommand : TopicsCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    /// <summary>The topics to delete, by name; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Names, topics as <c>Get-KafkaTopic</c> returns them, or other objects that say which topic they mean.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public PSObject? InputObject { get; set; }

    // A cluster from the pipeline never means all that is in it: that would be too easily lost.
    private protected override string[]? NamedTopics => InputObject is { } value ? NameOf(value) ?? throw TopicOutcomes.NoTopicNamed(value) : Name;

    private protected override async Task ProcessAsync(CommandPipeline pipeline, SessionDefaults choice, string[]? names, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var wanted = new List<string>();
        foreach (var name in await TopicSelection.ListAsync(pipeline, session, names!, cancellation))
        {
            if (await pipeline.ShouldProcessAsync(session.Describe(name), "Delete topic with all its records"))
            {
                wanted.Add(name);
            }
        }

        if (wanted.Count > 0)
        {
            await TopicOutcomes.WriteErrorsAsync(pipeline, await session.Topics.DeleteAsync(wanted, cancellation));
        }
    }
}
