using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Health;
using KafkaK8s.Output;

namespace KafkaK8s;

/// <summary>How much a finding matters.</summary>
public enum KafkaFindingSeverity
{
    /// <summary>Worth knowing; nothing goes wrong because of it alone.</summary>
    Information,

    /// <summary>All works now, and won't when the next thing goes wrong: a restart, a drained node, a full disk.</summary>
    Warning,

    /// <summary>Something doesn't work now, or could not be asked.</summary>
    Critical,
}

/// <summary>Something about a Kafka cluster that is not as it should be.</summary>
public sealed class KafkaFinding
{
    internal KafkaFinding(HealthFinding finding, ClusterIdentity cluster, string context, string? kubeConfig)
    {
        Rule = finding.Rule;
        Severity = finding.Severity switch
        {
            HealthSeverity.Critical => KafkaFindingSeverity.Critical,
            HealthSeverity.Warning => KafkaFindingSeverity.Warning,
            _ => KafkaFindingSeverity.Information,
        };
        Subject = finding.Subject;
        Message = finding.Message;
        Evidence = finding.Evidence;
        Recommendation = finding.Recommendation;
        Command = finding.Command;
        Cluster = cluster.Name;
        Namespace = cluster.Namespace;
        Context = context;
        KubeConfig = kubeConfig;
    }

    /// <summary>The rule that found it, such as <c>PartitionUnderReplicated</c>; the same for the same cause, so that scripts can tell by it.</summary>
    public string Rule { get; }

    /// <summary>How much it matters.</summary>
    public KafkaFindingSeverity Severity { get; }

    /// <summary>What it is about: a pod, a StatefulSet, a topic, a claim.</summary>
    public string Subject { get; }

    /// <summary>What is wrong, and what that means.</summary>
    public string Message { get; }

    /// <summary>What was seen.</summary>
    public string Evidence { get; }

    /// <summary>What to do.</summary>
    public string Recommendation { get; }

    /// <summary>The line that does it; what only the reader can choose is in angle brackets.</summary>
    public string Command { get; }

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Rule} {Subject}: {Message}";
}
