using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>
/// What is to be done to a cluster, in order. A plan is made from the live cluster and stored nowhere: whoever asks again after an
/// interruption gets the rest.
/// </summary>
public sealed class ChangePlan
{
    private const int MostStepsNamed = 4;

    /// <summary>Makes a plan, and numbers its steps.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="work">What is to be done, in order; nothing where all is as it should be.</param>
    /// <param name="warnings">What one should know before it is done: a sentence each.</param>
    public ChangePlan(ClusterIdentity cluster, IEnumerable<ChangeWork> work, IEnumerable<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        Cluster = cluster;
        Warnings = [.. warnings ?? []];
        var number = 0;
        Work = [.. work.Select(piece => piece with { Steps = [.. piece.Steps.Select(step => step with { Number = ++number })] })];
        Steps = [.. Work.SelectMany(piece => piece.Steps)];
    }

    /// <summary>The cluster.</summary>
    public ClusterIdentity Cluster { get; }

    /// <summary>What is to be done, in order.</summary>
    public IReadOnlyList<ChangeWork> Work { get; }

    /// <summary>The steps of all work, in order.</summary>
    public IReadOnlyList<ChangeStep> Steps { get; }

    /// <summary>What one should know before it is done: a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Steps.Count == 0;

    /// <summary>Whether data is lost by it.</summary>
    public bool LosesData => Steps.Any(step => step.Action == ChangeAction.DeleteClaim);

    /// <summary>The plan for a question: a line each step.</summary>
    public string Describe() => string.Join(
        '\n',
        Steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"  {step.Number}. {step}: {step.Reason}"))
            .Prepend($"Change {Cluster}"));

    /// <summary>Some steps in a sentence.</summary>
    internal static string Name(IReadOnlyList<ChangeStep> left)
    {
        var more = left.Count > MostStepsNamed ? string.Create(CultureInfo.InvariantCulture, $", and {left.Count - MostStepsNamed} more") : "";
        return string.Join(", ", left.Take(MostStepsNamed)) + more;
    }
}
