using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Manifests;

/// <summary>The resources of a cluster, made from its specification.</summary>
public static class ClusterManifests
{
    private static readonly string[] BudgetVersions = ["policy/v1", "policy/v1beta1"];

    /// <summary>Makes every resource that the specification asks for, in the order of the article's files.</summary>
    /// <param name="specification">What the cluster should be.</param>
    /// <param name="serverVersions">The API versions that the server has, of which only <c>policy/…</c> matters; null without a server.</param>
    /// <param name="warning">Takes what is surprising but can be done: an even ensemble, fewer brokers than replicas.</param>
    /// <exception cref="EngineException">The specification asks for something that can't be. Nothing was changed.</exception>
    public static IReadOnlyList<Manifest> Create(ClusterSpecification specification, IReadOnlySet<string>? serverVersions, Action<string> warning)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(warning);
        var cluster = specification.Identity;
        var zookeeper = specification.Zookeeper is { } ensemble ? ensemble with { Replicas = ensemble.Replicas ?? OverriddenReplicas(ensemble.Override) } : null;
        var brokers = specification.Brokers is { } wanted ? wanted with { Replicas = wanted.Replicas ?? OverriddenReplicas(wanted.Override) } : null;
        var resolved = specification with { Zookeeper = zookeeper, Brokers = brokers };
        SpecificationRules.Check(resolved, warning);

        var recipe = ClusterRecipe.Of(specification.Preset);
        var budgetVersion = BudgetVersion(recipe, serverVersions);
        var manifests = new List<Manifest>();
        if (specification.IncludeNamespace)
        {
            manifests.Add(ClusterRecipe.Namespace(cluster.Namespace));
        }

        if (zookeeper is not null)
        {
            manifests.AddRange(recipe.Zookeeper(cluster, zookeeper, budgetVersion).Select(manifest => Override(manifest, "StatefulSet", zookeeper.Override)));
        }

        if (brokers is not null)
        {
            manifests.AddRange(recipe.Brokers(cluster, brokers, budgetVersion).Select(manifest => Override(manifest, "StatefulSet", brokers.Override)));
        }

        if (specification.Client is { } client)
        {
            manifests.Add(Override(recipe.Client(cluster, client, brokers?.Image), "Pod", client.Override));
        }

        return manifests;
    }

    /// <summary>The namespace alone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="patch">Merged into it by Kubernetes' own rules, or null.</param>
    /// <exception cref="EngineException">Kubernetes would refuse the name, or the override makes another resource of it.</exception>
    public static Manifest Namespace(string name, JsonObject? patch = null) =>
        Override(ClusterRecipe.Namespace(ResourceNames.RequireNamespace(name)), "Namespace", patch);

    private static string BudgetVersion(ClusterRecipe recipe, IReadOnlySet<string>? serverVersions) =>
        serverVersions is null || serverVersions.Contains(recipe.PreferredBudgetVersion)
            ? recipe.PreferredBudgetVersion
            : BudgetVersions.FirstOrDefault(serverVersions.Contains, BudgetVersions[0]);

    /// <summary>The number of replicas that an override asks for: what follows the number has to follow that one too.</summary>
    internal static int? OverriddenReplicas(JsonObject? patch) =>
        patch?["spec"] is JsonObject spec && spec["replicas"] is JsonValue replicas && replicas.GetValueKind() == JsonValueKind.Number && replicas.TryGetValue<int>(out var count)
            ? count
            : null;

    private static Manifest Override(Manifest manifest, string kind, JsonObject? patch)
    {
        if (patch is null || manifest.Kind != kind)
        {
            return manifest;
        }

        var overridden = manifest with { Body = StrategicMerge.Apply(manifest.Body, patch) };
        return (overridden.ApiVersion, overridden.Kind, overridden.Name, overridden.Namespace) == (manifest.ApiVersion, manifest.Kind, manifest.Name, manifest.Namespace)
            ? overridden
            : throw new EngineException(
                "OverrideChangesIdentity",
                EngineErrorKind.InvalidArgument,
                manifest.Name,
                $"The override would make another resource of {manifest}: its API version, kind, name and namespace have to stay.",
                "Names follow the cluster's name, the namespace is a parameter.");
    }
}
