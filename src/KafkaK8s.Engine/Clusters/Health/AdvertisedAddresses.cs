using System.Net;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>Where the brokers' advertised addresses lead, as far as the cluster's own names and addresses tell.</summary>
internal static class AdvertisedAddresses
{
    /// <summary>The pod that an address names: by its IP, or by its DNS name in the namespace; null where it names none of this cluster's.</summary>
    public static string? PodOf(ClusterSnapshot snapshot, string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return snapshot.Pods
                .FirstOrDefault(pod => IPAddress.TryParse((string?)pod["status"]?["podIP"], out var own) && own.Equals(address))
                ?["metadata"]?["name"]?.ToString();
        }

        var labels = Local(host, snapshot.Identity.Namespace)?.Split('.');
        return labels is [var name, var service] && service == GoverningService(snapshot.BrokerSet) && snapshot.Find(name) is not null ? name : null;
    }

    /// <summary>Whether a host can only be one of the cluster's own: a pod's name under the headless service, there or not.</summary>
    public static bool IsPodName(ClusterSnapshot snapshot, string host) =>
        Local(host, snapshot.Identity.Namespace)?.Split('.') is [_, var service] && service == GoverningService(snapshot.BrokerSet);

    /// <summary>Whether a host is whoever asks: a pod's own loopback interface. Real pods of the sandbox have loopback addresses of their own, which name a pod.</summary>
    public static bool IsLoopback(ClusterSnapshot snapshot, string host) =>
        PodOf(snapshot, host) is null
        && (IPAddress.TryParse(host, out var address)
            ? IPAddress.IsLoopback(address)
            : host.TrimEnd('.') is var name
                && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                    || name.Equals("localhost.localdomain", StringComparison.OrdinalIgnoreCase)
                    || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)));

    /// <summary>The addresses that the cluster's objects say nothing about: they lead out, or nowhere. What only leads back needs no try.</summary>
    public static IReadOnlyCollection<string> OutsideOf(ClusterSnapshot snapshot, BrokerRegistry registry) =>
    [
        .. registry.Brokers.SelectMany(broker => broker.Listeners)
            .Where(listener => listener.Host.Length > 0 && PodOf(snapshot, listener.Host) is null && !IsPodName(snapshot, listener.Host) && !IsLoopback(snapshot, listener.Host))
            .Select(listener => listener.Address)
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>A name as it is said inside a namespace; null where it can't be a pod's of there, and names no namespace.</summary>
    public static string? Local(string host, string inNamespace)
    {
        var name = host.TrimEnd('.');
        foreach (var suffix in new[] { $".{inNamespace}.svc.cluster.local", $".{inNamespace}.svc", $".{inNamespace}" })
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return name[..^suffix.Length];
            }
        }

        return name.Contains('.', StringComparison.Ordinal) && name.Split('.').Length == 2 ? name : null;
    }

    private static string? GoverningService(JsonObject? set) => (string?)set?["spec"]?["serviceName"];
}
