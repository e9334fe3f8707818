using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Manifests;

internal static class Specifications
{
    public static ClusterSpecification Whole(ClusterPreset preset, string ns = "the-project", string name = "kafka") =>
        new(new ClusterIdentity(ns, name), preset, IncludeNamespace: true, new ZookeeperSpecification(), new BrokerSpecification(), new ClientSpecification());

    public static IReadOnlyList<Manifest> Manifests(this ClusterSpecification specification, IReadOnlySet<string>? serverVersions = null, List<string>? warnings = null) =>
        ClusterManifests.Create(specification, serverVersions, warning => warnings?.Add(warning));

    public static Manifest Only(this IEnumerable<Manifest> manifests, string fileName) => Assert.Single(manifests, manifest => manifest.FileName == fileName);
}
