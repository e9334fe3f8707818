using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Tells clients what the API serves: versions, groups, resources, one by one or aggregated.</summary>
internal static class Discovery
{
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];
    private static readonly string[] StreamVerbs = ["create", "get"];

    private static readonly HashSet<ResourceKind> InAll = [ResourceKind.Pods, ResourceKind.Services, ResourceKind.StatefulSets];

    /// <summary>The answer to a discovery path, or null when it is none.</summary>
    public static JsonObject? Answer(HttpRequest request)
    {
        var wantsAggregate = request.Headers.Accept.ToString().Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal);
        return request.Path.Value!.TrimEnd('/').Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["version"] => Version(),
            ["api"] => wantsAggregate ? Aggregate([""]) : new JsonObject
            {
                ["kind"] = "APIVersions",
                ["versions"] = new JsonArray("v1"),
                ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = request.Host.Value }),
            },
            ["apis"] => wantsAggregate ? Aggregate(Groups().Skip(1)) : new JsonObject
            {
                ["kind"] = "APIGroupList",
                ["apiVersion"] = "v1",
                ["groups"] = new JsonArray([.. Groups().Skip(1).Select(Group)]),
            },
            ["apis", var group] when Groups().Contains(group) => GroupAlone(group),
            ["api", "v1"] => Resources(""),
            ["apis", var group, "v1"] when Groups().Contains(group) => Resources(group),
            _ => null,
        };
    }

    /// <summary>Whether aggregated discovery is what a request asks for.</summary>
    public static string ContentType(JsonObject answer) => answer.TextAt("kind") == "APIGroupDiscoveryList"
        ? "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        : "application/json";

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["gitVersion"] = "v1.36.2",
        ["gitCommit"] = "",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "linux/amd64",
    };

    private static List<string> Groups() => [.. ResourceKind.All.Select(kind => kind.Group).Append("authorization.k8s.io").Distinct().OrderBy(group => group, StringComparer.Ordinal)];

    private static JsonObject Group(string group) => new()
    {
        ["name"] = group,
        ["versions"] = new JsonArray(VersionOf(group)),
        ["preferredVersion"] = VersionOf(group),
    };

    private static JsonObject GroupAlone(string group)
    {
        var alone = Group(group);
        alone.Insert(0, "kind", "APIGroup");
        alone.Insert(1, "apiVersion", "v1");
        return alone;
    }

    private static JsonObject VersionOf(string group) => new() { ["groupVersion"] = $"{group}/v1", ["version"] = "v1" };

    private static JsonObject Resources(string group)
    {
        var resources = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
        {
            resources["apiVersion"] = "v1";
        }

        resources["groupVersion"] = group.Length == 0 ? "v1" : $"{group}/v1";
        var all = ResourcesOf(group).Select(resource =>
        {
            var written = new JsonObject
            {
                ["name"] = resource.Name, ["singularName"] = resource.Singular, ["namespaced"] = resource.Namespaced,
            };
            if (resource.KindGroup is { } kindGroup)
            {
                written["group"] = kindGroup;
                written["version"] = "v1";
            }

            written["kind"] = resource.Kind;
            AddTraits(written, resource);
            return written;
        });
        resources["resources"] = new JsonArray([.. all]);
        return resources;
    }

    private static JsonObject Aggregate(IEnumerable<string> groups) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. groups.Select(group => new JsonObject
        {
            ["metadata"] = group.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["version"] = "v1",
                ["resources"] = new JsonArray([.. ResourcesOf(group).Where(one => !one.IsSubresource).Select(one => AggregateOf(group, one))]),
                ["freshness"] = "Current",
            }),
        })]),
    };

    private static JsonObject AggregateOf(string group, Resource resource)
    {
        var written = new JsonObject
        {
            ["resource"] = resource.Name,
            ["responseKind"] = ResponseKind(resource),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
        };
        AddTraits(written, resource);
        var subresources = ResourcesOf(group).Where(one => one.Name.StartsWith(resource.Name + "/", StringComparison.Ordinal)).Select(one => new JsonObject
        {
            ["subresource"] = one.Name[(resource.Name.Length + 1)..],
            ["responseKind"] = ResponseKind(one),
            ["verbs"] = List(one.Verbs),
        }).ToArray<JsonNode?>();
        if (subresources.Length > 0)
        {
            written["subresources"] = new JsonArray(subresources);
        }

        return written;
    }

    private static JsonObject ResponseKind(Resource resource) => new()
    {
        ["group"] = resource.KindGroup ?? "",
        ["version"] = resource.KindGroup is null ? "" : "v1",
        ["kind"] = resource.Kind,
    };

    private static void AddTraits(JsonObject written, Resource resource)
    {
        written["verbs"] = List(resource.Verbs);
        if (resource.ShortNames.Count > 0)
        {
            written["shortNames"] = List(resource.ShortNames);
        }

        if (resource.IsInAll)
        {
            written["categories"] = new JsonArray("all");
        }
    }

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static IEnumerable<Resource> ResourcesOf(string group)
    {
        var kinds = ResourceKind.All.Where(kind => kind.Group == group).SelectMany(kind => SubresourcesOf(kind).Prepend(new Resource(
            kind.Plural,
            kind.Singular,
            kind.Kind,
            kind.Namespaced,
            kind == ResourceKind.Namespaces ? [.. Verbs.Where(verb => verb != "deletecollection")] : Verbs,
            kind.ShortNames,
            InAll.Contains(kind))));
        return group == "authorization.k8s.io"
            ? kinds.Append(new Resource("selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview", false, ["create"], [], false))
            : kinds.OrderBy(resource => resource.Name, StringComparer.Ordinal);
    }

    private static IEnumerable<Resource> SubresourcesOf(ResourceKind kind)
    {
        if (kind == ResourceKind.Pods)
        {
            yield return Sub(kind, "attach", "PodAttachOptions", StreamVerbs);
            yield return Sub(kind, "eviction", "Eviction", ["create"], "policy");
            yield return Sub(kind, "exec", "PodExecOptions", StreamVerbs);
            yield return Sub(kind, "log", "Pod", ["get"]);
            yield return Sub(kind, "portforward", "PodPortForwardOptions", StreamVerbs);
        }

        if (kind == ResourceKind.StatefulSets)
        {
            yield return Sub(kind, "scale", "Scale", StatusVerbs, "autoscaling");
        }

        if (kind == ResourceKind.Namespaces)
        {
            yield return Sub(kind, "finalize", kind.Kind, ["update"]);
        }

        if (Subresources.HasStatus(kind))
        {
            yield return Sub(kind, "status", kind.Kind, StatusVerbs);
        }
    }

    private static Resource Sub(ResourceKind kind, string name, string responseKind, IReadOnlyList<string> verbs, string? kindGroup = null) =>
        new($"{kind.Plural}/{name}", "", responseKind, kind.Namespaced, verbs, [], false) { KindGroup = kindGroup };

    private sealed record Resource(
        string Name, string Singular, string Kind, bool Namespaced, IReadOnlyList<string> Verbs, IReadOnlyList<string> ShortNames, bool IsInAll)
    {
        public string? KindGroup { get; init; }

        public bool IsSubresource => Name.Contains('/', StringComparison.Ordinal);
    }
}
