using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

public sealed class ObjectLifeTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_is_created_read_listed_and_deleted_with_what_the_kubeconfig_says()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Cancellation);
        using var client = ApiClient.For(sandbox);

        var created = await client.PostAsync(Maps, Map("settings"));
        var listed = await client.GetAsync(Maps);
        var read = await client.GetAsync($"{Maps}/settings");
        var deleted = await client.SendAsync("DELETE", $"{Maps}/settings", null);
        var after = await client.GetAsync($"{Maps}/settings");

        Assert.Equal(201, created.Status);
        Assert.Contains("settings", listed.Body.ObjectsAt("items").Select(item => item.Name()));
        Assert.True(JsonNode.DeepEquals(created.Body, read.Body));
        Assert.Equal((200, "Success"), (deleted.Status, deleted.Body.TextAt("status")));
        Assert.Equal((404, "NotFound", "configmaps \"settings\" not found"), (after.Status, after.Reason, after.Message));
    }

    [Fact]
    public async Task A_watch_tells_every_change_after_its_version_in_order_and_nothing_where_nothing_changed()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        var from = api.Store.Version;
        api.Store.Create(ResourceKind.ConfigMaps, Map("a"));
        api.Store.Change(ResourceKind.ConfigMaps, "default", "a", map => map["data"] = new JsonObject { ["k"] = "v" });
        api.Store.Change(ResourceKind.ConfigMaps, "default", "a", map => map["data"] = new JsonObject { ["k"] = "v" });
        api.Store.Delete(ResourceKind.ConfigMaps, "default", "a");

        using var response = await client.OpenAsync("GET", $"{Maps}?watch=true&resourceVersion={from}");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var types = new List<string?>();
        while (types.Count < 3)
        {
            types.Add(JsonNode.Parse((await lines.ReadLineAsync(Cancellation))!).TextAt("type"));
        }

        Assert.Equal(["ADDED", "MODIFIED", "DELETED"], types);
    }

    private static JsonObject Map(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["data"] = new JsonObject { ["key"] = "value" },
    };
}
