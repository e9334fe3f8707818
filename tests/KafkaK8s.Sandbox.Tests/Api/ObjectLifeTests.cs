using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

public sealed class ObjectLifeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_is_created_read_listed_and_deleted()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Cancellation);
        using var client = new ApiClient(sandbox);
        var map = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "settings" },
            ["data"] = new JsonObject { ["key"] = "value" },
        };

        var created = await client.SendAsync("POST", "/api/v1/namespaces/default/configmaps", map);
        var listed = await client.SendAsync("GET", "/api/v1/namespaces/default/configmaps");
        var read = await client.SendAsync("GET", "/api/v1/namespaces/default/configmaps/settings");
        var deleted = await client.SendAsync("DELETE", "/api/v1/namespaces/default/configmaps/settings");
        var after = await client.SendAsync("GET", "/api/v1/namespaces/default/configmaps/settings");

        Assert.Equal(201, created.Status);
        Assert.Contains("settings", listed.Body!["items"]!.AsArray().Select(item => item.TextAt("metadata", "name")));
        Assert.True(JsonNode.DeepEquals(created.Body, read.Body));
        Assert.Equal(200, deleted.Status);
        Assert.Equal((404, "NotFound", "configmaps \"settings\" not found"), (after.Status, after.Reason, after.Message));
    }

    [Fact]
    public async Task A_watch_tells_every_change_after_its_version_in_order()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Cancellation);
        using var client = new ApiClient(sandbox);
        var from = sandbox.Store.Version;
        sandbox.Store.Create(ResourceKind.ConfigMaps, Map("a"));
        sandbox.Store.Change(ResourceKind.ConfigMaps, "default", "a", map => map["data"] = new JsonObject { ["k"] = "v" });
        sandbox.Store.Change(ResourceKind.ConfigMaps, "default", "a", map => map["data"] = new JsonObject { ["k"] = "v" });
        sandbox.Store.Delete(ResourceKind.ConfigMaps, "default", "a");

        using var response = await client.OpenAsync("GET", $"/api/v1/namespaces/default/configmaps?watch=true&resourceVersion={from}");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var types = new List<string?>();
        while (types.Count < 3)
        {
            types.Add(JsonNode.Parse((await lines.ReadLineAsync(Cancellation))!).TextAt("type"));
        }

        Assert.Equal(["ADDED", "MODIFIED", "DELETED"], types);
    }

    private static JsonObject Map(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" } };
}
