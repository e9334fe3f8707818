using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>What a running ensemble is to become. Null means: as it is.</summary>
/// <param name="Replicas">Members. The list of servers follows.</param>
/// <param name="Image">The image.</param>
/// <param name="Resources">The container's resources, as Kubernetes has them: <c>requests</c> and <c>limits</c>.</param>
/// <param name="StorageSize">The size of each member's claim, which can only grow.</param>
/// <param name="Override">Merged into the StatefulSet by Kubernetes' own rules, last.</param>
public sealed record EnsembleRequest(
    int? Replicas = null, string? Image = null, JsonObject? Resources = null, string? StorageSize = null, JsonObject? Override = null);
