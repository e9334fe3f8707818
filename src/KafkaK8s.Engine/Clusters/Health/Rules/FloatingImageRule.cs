using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>An image is one release. A tag that moves on brings another one with the next restart, for one pod and not for the others.</summary>
internal sealed partial class FloatingImageRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "FloatingImage";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from owner in seen.Snapshot.Sets(ClusterParts.All)
            .Select(set => (Name: (string?)set["metadata"]?["name"] ?? "", Containers: ClusterSnapshot.Containers(set)))
            .Concat(seen.Snapshot.Client is { } client
                ? [(Name: seen.State.Identity.ClientPod, Containers: (client["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>())]
                : Array.Empty<(string Name, IEnumerable<JsonObject> Containers)>())
        from container in owner.Containers
        let image = (string?)container["image"] ?? ""
        let why = Problem(image)
        where why is not null
        select Finding(
            HealthSeverity.Warning,
            owner.Name,
            $"The image {why}: the next pod that starts may run another release than the others.",
            $"container {(string?)container["name"]}: {image}",
            "Name a whole release, or the image's digest.",
            seen.Line($"{Cmdlet(seen, owner.Name)} -Image '{Repository(image)}:<release>'"));

    private static string Cmdlet(ClusterObservation seen, string owner) =>
        owner == seen.State.Identity.ZookeeperSet ? "Set-KafkaZookeeper" : owner == seen.State.Identity.BrokerSet ? "Set-KafkaBroker" : "New-KafkaClient -Force";

    private static string? Problem(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
        {
            return null;
        }

        var tag = Tag(image);
        return tag is null ? "has no tag, which means latest"
            : tag == "latest" ? "is latest"
            : MajorOnly().IsMatch(tag) ? $"is {tag}, which names a line of releases"
            : null;
    }

    private static string? Tag(string image)
    {
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? image[(colon + 1)..] : null;
    }

    private static string Repository(string image) => Tag(image) is { } tag ? image[..^(tag.Length + 1)] : image;

    [GeneratedRegex(@"^v?\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex MajorOnly();
}
