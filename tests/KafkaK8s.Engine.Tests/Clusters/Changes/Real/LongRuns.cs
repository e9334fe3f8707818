namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>The proofs that take minutes, and run when they are asked for.</summary>
internal static class LongRuns
{
    private const string Variable = "KAFKAK8S_FULL_MATRIX";

    /// <summary>Skips the test that asks, with its reason, unless long runs are wanted.</summary>
    public static void OrSkip(string reason) =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Variable) == "1", $"{reason}: set {Variable}=1 to run it.");
}
