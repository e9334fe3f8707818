using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>Reads a broker's <c>meta.properties</c>: <c>broker.id</c>, or <c>node.id</c> without ZooKeeper, and since 2.4 <c>cluster.id</c>.</summary>
internal static class MetaPropertiesReader
{
    /// <summary>Whose the disk is.</summary>
    public static DiskIdentity Read(string text, string pod, int ordinal)
    {
        var properties = text.Split('\n')
            .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2 && !pair[0].StartsWith('#'))
            .ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var id = properties["broker.id"].Concat(properties["node.id"]).FirstOrDefault();
        return new DiskIdentity(
            pod,
            ordinal,
            properties["cluster.id"].FirstOrDefault(),
            int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
    }
}
