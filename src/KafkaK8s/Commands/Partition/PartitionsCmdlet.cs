using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet about partitions. What comes down the pipeline is collected, so that many of them cost as much as one.</summary>
public abstract class PartitionsCmdlet : KafkaCmdlet
{
    private readonly List<PartitionRequest> _requests = [];

    /// <summary>The topics, by name; wildcards are allowed. All of them when not given; <c>$null</c>, such as of a search that found nothing, is refused.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[]? Topic { get; set; }

    /// <summary>The partitions of the topics, by number; all of them when not given. An empty list is refused; an empty column of a CSV file is as good as none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberListTransformation("number of a partition")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Partition { get; set; }

    /// <summary>Where the partitions of this record are to be, where the cmdlet takes that.</summary>
    private protected virtual int[]? RequestedReplicas => null;

    /// <summary>Whether topics have to be named.</summary>
    private protected virtual bool NeedsTopic => false;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // Nothing from the pipeline is bound yet. There, an empty column means all partitions of the row's topic.
        if (Partition is { Length: 0 })
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "PartitionNotGiven",
                ErrorCategory.InvalidArgument,
                MyInvocation.MyCommand.Name,
                "-Partition is empty. Nothing was done.",
                "Leave it out for all partitions."));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        if (Topic is null && (NeedsTopic || Partition is { Length: > 0 }))
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "TopicNotGiven",
                ErrorCategory.InvalidArgument,
                MyInvocation.MyCommand.Name,
                "It is not said of which topic. Nothing was done.",
                "Give -Topic; * means all of them."));
        }

        _requests.Add(new PartitionRequest(Choice, Topic, Partition is { Length: > 0 } ? Partition : null, RequestedReplicas));
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
