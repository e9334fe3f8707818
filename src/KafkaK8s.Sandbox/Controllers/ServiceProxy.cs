using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>
/// Gives each service that isn't headless a loopback address that stays the same for as long as the service lives, and leads its
/// connections to the ready pods behind it. Programs that resolve a name once, as the clients of ZooKeeper 3.4 do, need that.
/// </summary>
internal sealed class ServiceProxy(ObjectStore store, PodAddresses addresses) : Controller(store), IDisposable
{
    private readonly ConcurrentDictionary<ObjectKey, string> _addresses = new();
    private readonly Dictionary<(ObjectKey Service, int Port), ServicePort> _ports = [];

    /// <summary>Raised when a service got its address, or lost it.</summary>
    public event Action? Changed;

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } = [ResourceKind.Services, ResourceKind.Pods];

    /// <summary>The address that a service answers at, or null before it has one.</summary>
    public string? AddressOf(JsonObject service) => _addresses.GetValueOrDefault(ObjectKey.Of(service));

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var port in _ports.Values)
        {
            port.Dispose();
        }
    }

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item) => kind == ResourceKind.Services
        ? [ObjectKey.Of(item)]
        : Store.List(ResourceKind.Services, item.Namespace()).Where(service => ServicePods.Selects(service, item)).Select(ObjectKey.Of);

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        var service = Store.Get(ResourceKind.Services, key.Namespace, key.Name);
        var wanted = service is null || ServicePods.IsHeadless(service) || service.At("spec", "selector") is not JsonObject { Count: > 0 }
            ? []
            : service.ObjectsAt("spec", "ports").ToDictionary(port => (int)port.NumberAt("port")!.Value);
        foreach (var (gone, port) in _ports.Where(entry => entry.Key.Service == key && !wanted.ContainsKey(entry.Key.Port)).ToList())
        {
            port.Dispose();
            _ports.Remove(gone);
        }

        if (wanted.Count == 0)
        {
            Forget(key);
            return;
        }

        if (!_addresses.TryGetValue(key, out var address))
        {
            _addresses[key] = address = addresses.Take();
            Changed?.Invoke();
        }

        var pods = ServicePods.Of(Store, service!).Where(pod => ServicePods.IsServed(service!, pod)).ToList();
        foreach (var (number, port) in wanted)
        {
            if (!_ports.TryGetValue((key, number), out var served))
            {
                _ports[(key, number)] = served = new ServicePort(new IPEndPoint(IPAddress.Parse(address), number));
            }

            served.Serve(ServicePods.TargetPort(port, pods) is { } target
                ? pods.Select(pod => new IPEndPoint(IPAddress.Parse(pod.TextAt("status", "podIP")!), target))
                : []);
        }
    }

    private void Forget(ObjectKey key)
    {
        if (_addresses.TryRemove(key, out var address))
        {
            Changed?.Invoke();
            addresses.Release(address);
        }
    }
}
