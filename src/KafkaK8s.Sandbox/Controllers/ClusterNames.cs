using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>
/// The cluster's DNS. The name of a service with an address of its own resolves to where the proxy listens for it; without a proxy
/// to the addresses of its ready pods, as that of a headless one does.
/// </summary>
internal sealed class ClusterNames(ObjectStore store, ServiceProxy? proxy = null) : IClusterNames
{
    private const string Domain = "svc.cluster.local";

    /// <inheritdoc />
    public event Action? Changed;

    /// <summary>Tells when names may resolve differently, until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        var tell = () => Changed?.Invoke();
        proxy?.Changed += tell;
        try
        {
            await Task.WhenAll(FollowAsync(ResourceKind.Services, cancellation), FollowAsync(ResourceKind.Pods, cancellation));
        }
        finally
        {
            proxy?.Changed -= tell;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Resolve(string name, string fromNamespace) =>
        All(fromNamespace).GetValueOrDefault(name.TrimEnd('.').ToLowerInvariant(), []);

    /// <inheritdoc />
    public IReadOnlyDictionary<string, IReadOnlyList<string>> All(string fromNamespace)
    {
        var names = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var service in store.List(ResourceKind.Services))
        {
            var served = ServicePods.Of(store, service).Where(pod => ServicePods.IsServed(service, pod)).ToList();
            if (!ServicePods.IsHeadless(service))
            {
                Add(names, service, "", proxy is null ? [.. served.Select(Address)] : proxy.AddressOf(service) is { } own ? [own] : [], fromNamespace);
                continue;
            }

            Add(names, service, "", [.. served.Select(Address)], fromNamespace);
            foreach (var pod in served)
            {
                if (ServicePods.HostNameUnder(service, pod) is { } host)
                {
                    Add(names, service, $"{host}.", [Address(pod)], fromNamespace);
                }
            }
        }

        return names;
    }

    private static void Add(
        Dictionary<string, IReadOnlyList<string>> names, JsonObject service, string prefix, IReadOnlyList<string> addresses, string fromNamespace)
    {
        if (addresses.Count == 0)
        {
            return;
        }

        var name = $"{prefix}{service.Name()}";
        var qualified = $"{name}.{service.Namespace()}";
        names[$"{qualified}.{Domain}"] = addresses;
        names[$"{qualified}.svc"] = addresses;
        names[qualified] = addresses;
        if (service.Namespace() == fromNamespace)
        {
            names[name] = addresses;
        }
    }

    private static string Address(JsonObject pod) => pod.TextAt("status", "podIP")!;

    private async Task FollowAsync(ResourceKind kind, CancellationToken cancellation)
    {
        while (true)
        {
            var version = store.Version;
            Changed?.Invoke();
            try
            {
                await foreach (var _ in store.WatchAsync(kind, null, version, cancellation))
                {
                    Changed?.Invoke();
                }
            }
            catch (ApiException expired) when (expired.Code == 410)
            {
                // Whoever listens reads all names anew anyway.
            }
        }
    }
}
