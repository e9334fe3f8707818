using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>The API versions that a server has disruption budgets in: <c>policy/v1</c> since 1.21, <c>policy/v1beta1</c> until 1.24.</summary>
internal static class BudgetVersions
{
    private static readonly string[] Known = ["policy/v1", "policy/v1beta1"];

    /// <summary>Asks the server.</summary>
    public static async Task<IReadOnlySet<string>> OfAsync(KubernetesConnection connection, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(Known.Select(async version =>
            (version, isThere: await connection.Resources.ServerHasAsync(version, "PodDisruptionBudget", cancellation))));
        return answers.Where(answer => answer.isThere).Select(answer => answer.version).ToHashSet();
    }
}
