using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>A setting that the brokers' configuration has in Kubernetes.</summary>
internal static class BrokerSetting
{
    /// <summary>The number that a variable gives a setting, or the broker's own default.</summary>
    public static int Number(ClusterObservation seen, string variable, int otherwise) =>
        seen.Snapshot.BrokerSet is { } set
        && ClusterSnapshot.Containers(set).Select(container => ClusterSnapshot.Variable(container, variable)).FirstOrDefault(value => value is not null) is { } text
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
