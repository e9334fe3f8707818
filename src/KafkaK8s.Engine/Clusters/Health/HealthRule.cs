namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>One thing that can be wrong with a cluster, and how it is seen.</summary>
internal abstract class HealthRule
{
    /// <summary>Its stable name.</summary>
    public abstract string Id { get; }

    /// <summary>What it looks at besides the cluster's objects.</summary>
    public virtual HealthParts Needs => HealthParts.None;

    /// <summary>The parts of which nothing is known where this rule finds something: it is looked at with whatever rule needs them.</summary>
    public virtual HealthParts Vouches => HealthParts.None;

    /// <summary>What is wrong; nothing where all is well, or where it can't be seen: that is a finding of its own.</summary>
    public abstract IEnumerable<HealthFinding> Check(ClusterObservation seen);

    /// <summary>A finding of this rule.</summary>
    protected HealthFinding Finding(HealthSeverity severity, string subject, string message, string evidence, string recommendation, string command) =>
        new(Id, severity, subject, message, evidence, recommendation, command);
}
