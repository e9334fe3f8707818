using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Lists the pods behind each service, as Endpoints and as an EndpointSlice.</summary>
internal sealed class EndpointsController(ObjectStore store) : Controller(store)
{
    private const string ServiceLabel = "kubernetes.io/service-name";
    private const string HeadlessLabel = "service.kubernetes.io/headless";

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } = [ResourceKind.Services, ResourceKind.Pods];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item) => kind == ResourceKind.Services
        ? [ObjectKey.Of(item)]
        : Store.List(ResourceKind.Services, item.Namespace()).Where(service => ServicePods.Selects(service, item)).Select(ObjectKey.Of);

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        var service = Store.Get(ResourceKind.Services, key.Namespace, key.Name);
        if (service is null)
        {
            Store.Delete(ResourceKind.Endpoints, key.Namespace, key.Name);
            return;
        }

        if (service.At("spec", "selector") is not JsonObject { Count: > 0 })
        {
            return;
        }

        var pods = ServicePods.Of(Store, service);
        WriteEndpoints(service, pods);
        WriteSlice(service, pods);
    }

    private void WriteEndpoints(JsonObject service, IReadOnlyList<JsonObject> pods)
    {
        var labels = new JsonObject { ["endpoints.kubernetes.io/managed-by"] = "endpoint-controller" };
        AddHeadless(service, labels);
        var living = pods.Where(pod => !pod.IsTerminating() || PublishesNotReady(service)).ToList();
        var ready = living.Where(pod => ServicePods.IsServed(service, pod)).ToList();
        var subset = new JsonObject();
        AddAddresses(subset, "addresses", service, ready);
        AddAddresses(subset, "notReadyAddresses", service, living.Except(ready));
        subset["ports"] = new JsonArray([.. Ports(service, living).Select(port => (JsonNode)new JsonObject
        {
            ["name"] = port.Name,
            ["port"] = port.Port,
            ["protocol"] = port.Protocol,
        })]);
        var subsets = living.Count == 0 ? [] : new JsonArray(subset);
        Write(ResourceKind.Endpoints, service, service.Name(), labels, item =>
        {
            item.Remove("subsets");
            if (subsets.Count > 0)
            {
                item["subsets"] = subsets;
            }
        });
    }

    private void WriteSlice(JsonObject service, IReadOnlyList<JsonObject> pods)
    {
        var labels = new JsonObject
        {
            ["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io",
            [ServiceLabel] = service.Name(),
        };
        AddHeadless(service, labels);
        var existing = Store.List(ResourceKind.EndpointSlices, service.Namespace())
            .FirstOrDefault(slice => slice.Controller().TextAt("uid") == service.TextAt("metadata", "uid"));
        var name = existing?.Name() ?? $"{service.Name()}-{RandomSuffix.Next()}";
        Write(ResourceKind.EndpointSlices, service, name, labels, item =>
        {
            item.Child("metadata")["generateName"] = $"{service.Name()}-";
            item.AddOwner(Owners.ControllerReference(service));
            item["addressType"] = "IPv4";
            item["endpoints"] = new JsonArray([.. pods.Select(pod => (JsonNode)Endpoint(service, pod))]);
            item["ports"] = new JsonArray([.. Ports(service, pods).Select(port => (JsonNode)new JsonObject
            {
                ["name"] = port.Name,
                ["protocol"] = port.Protocol,
                ["port"] = port.Port,
            })]);
        });
    }

    private void Write(ResourceKind kind, JsonObject service, string name, JsonObject labels, Action<JsonObject> fill)
    {
        if (Store.Get(kind, service.Namespace(), name) is null)
        {
            var created = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = service.Namespace(), ["labels"] = labels } };
            fill(created);
            Store.Create(kind, created);
        }
        else
        {
            Store.Change(kind, service.Namespace(), name, fill);
        }
    }

    private static void AddHeadless(JsonObject service, JsonObject labels)
    {
        if (ServicePods.IsHeadless(service))
        {
            labels[HeadlessLabel] = "";
        }
    }

    private static void AddAddresses(JsonObject subset, string field, JsonObject service, IEnumerable<JsonObject> pods)
    {
        var addresses = pods.Select(pod =>
        {
            var address = new JsonObject { ["ip"] = pod.TextAt("status", "podIP") };
            AddHostName(address, service, pod);
            address["nodeName"] = pod.TextAt("spec", "nodeName");
            address["targetRef"] = Reference(pod);
            return (JsonNode)address;
        }).ToArray();
        if (addresses.Length > 0)
        {
            subset[field] = new JsonArray(addresses);
        }
    }

    private static JsonObject Endpoint(JsonObject service, JsonObject pod)
    {
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(pod.TextAt("status", "podIP")),
            ["conditions"] = new JsonObject
            {
                ["ready"] = ServicePods.IsServed(service, pod),
                ["serving"] = pod.IsReady(),
                ["terminating"] = pod.IsTerminating(),
            },
        };
        AddHostName(endpoint, service, pod);
        endpoint["targetRef"] = Reference(pod);
        endpoint["nodeName"] = pod.TextAt("spec", "nodeName");
        return endpoint;
    }

    private static void AddHostName(JsonObject target, JsonObject service, JsonObject pod)
    {
        if (ServicePods.HostNameUnder(service, pod) is { } host)
        {
            target["hostname"] = host;
        }
    }

    private static JsonObject Reference(JsonObject pod) => new()
    {
        ["kind"] = "Pod",
        ["namespace"] = pod.Namespace(),
        ["name"] = pod.Name(),
        ["uid"] = pod.TextAt("metadata", "uid"),
    };

    private static bool PublishesNotReady(JsonObject service) => service.At("spec", "publishNotReadyAddresses")?.GetValue<bool>() == true;

    private static IEnumerable<(string? Name, int Port, string Protocol)> Ports(JsonObject service, IReadOnlyList<JsonObject> pods) =>
        from port in service.ObjectsAt("spec", "ports")
        let target = ServicePods.TargetPort(port, pods)
        where target is not null
        select (port.TextAt("name"), target.Value, port.TextAt("protocol") ?? "TCP");
}
