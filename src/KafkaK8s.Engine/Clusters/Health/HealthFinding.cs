namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>How much a finding matters.</summary>
public enum HealthSeverity
{
    /// <summary>Worth knowing; nothing goes wrong because of it alone.</summary>
    Information,

    /// <summary>All works now, and won't when the next thing goes wrong: a restart, a drained node, a full disk.</summary>
    Warning,

    /// <summary>Something doesn't work now; or Kafka, its brokers, its topics or the ensemble could not be asked, whatever the reason.</summary>
    Critical,
}

/// <summary>Something about a cluster that is not as it should be.</summary>
/// <param name="Rule">The rule that found it; stays the same for the same cause.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Subject">What it is about: a pod, a StatefulSet, a topic, a claim.</param>
/// <param name="Message">What is wrong and what that means, in one or two sentences.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Recommendation">What to do.</param>
/// <param name="Command">The line that does it; what only the reader can choose is in angle brackets.</param>
public sealed record HealthFinding(
    string Rule, HealthSeverity Severity, string Subject, string Message, string Evidence, string Recommendation, string Command);
