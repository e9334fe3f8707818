using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet about partitions. What comes down the pipeline is collected, so that many of them cost as much as one.</summary>
public abstract class PartitionsCmdlet : KafkaCmdlet
{
    private readonly List<PartitionRequest> _requests = [];

    /// <summary>The topics, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[]? Topic { get; set; }

    /// <summary>The partitions of the topics, by number; all of them when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Partition { get; set; }

    /// <summary>Where the partitions of this record are to be, where the cmdlet takes that.</summary>
    private protected virtual int[]? RequestedReplicas => null;

    /// <summary>Whether topics have to be named.</summary>
    private protected virtual bool NeedsTopic => false;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        if (Topic is not { Length: > 0 } && (NeedsTopic || Partition is { Length: > 0 }))
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "TopicNotGiven",
                ErrorCategory.InvalidArgument,
                MyInvocation.MyCommand.Name,
                "It is not said of which topic. Nothing was done.",
                "Give -Topic; * means all of them."));
        }

        _requests.Add(new PartitionRequest(Choice, Topic is { Length: > 0 } ? Topic : null, Partition is { Length: > 0 } ? Partition : null, RequestedReplicas));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var consent = Consent.Of(this);
        foreach (var cluster in _requests.GroupBy(request => request.Choice))
        {
            Run((pipeline, cancellation) => ProcessAsync(pipeline, cluster.Key, [.. cluster], consent, cancellation));
        }
    }

    /// <summary>The work for all records about one cluster.</summary>
    private protected abstract Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<PartitionRequest> requests, Consent consent, CancellationToken cancellation);
}
