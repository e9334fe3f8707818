using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Diagnostics;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>
/// A cmdlet that works on topics, many at once: what comes down the pipeline is collected, and the cluster asked when all of it is there.
/// </summary>
public abstract class TopicsCmdlet : KafkaCmdlet
{
    private readonly List<(SessionDefaults Choice, string[]? Names)> _asked = [];

    /// <summary>What a record names: names and patterns, or null for all topics.</summary>
    private protected abstract string[]? NamedTopics { get; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        try
        {
            _asked.Add((Choice, NamedTopics));
        }
        catch (TerminatingException refused)
        {
            WriteError(refused.Error);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var cluster in _asked.GroupBy(asked => asked.Choice, asked => asked.Names))
        {
            var names = cluster.Any(asked => asked is null) ? null : cluster.SelectMany(asked => asked!).Distinct(StringComparer.Ordinal).ToArray();
            Run((pipeline, cancellation) => ProcessAsync(pipeline, cluster.Key, names, cancellation));
        }
    }

    /// <summary>The work on one cluster.</summary>
    /// <param name="pipeline">The cmdlet's pipeline.</param>
    /// <param name="choice">Which cluster.</param>
    /// <param name="names">Names and patterns, each once; null for all topics.</param>
    /// <param name="cancellation">Ends it at once.</param>
    private protected abstract Task ProcessAsync(CommandPipeline pipeline, SessionDefaults choice, string[]? names, CancellationToken cancellation);

    /// <summary>The topic that an object from the pipeline means, or null for all of a cluster's.</summary>
    private protected static string[]? NameOf(PSObject value) => TopicReference.Read(value) is { } name ? [name] : null;
}
