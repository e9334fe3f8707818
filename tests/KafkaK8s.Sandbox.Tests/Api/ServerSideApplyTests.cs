using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

public sealed class ServerSideApplyTests
{
    private const string Map = "/api/v1/namespaces/default/configmaps/settings";
    private const string Service = "/api/v1/namespaces/default/services/kafka";

    [Fact]
    public async Task What_a_manager_no_longer_applies_goes_unless_another_one_owns_it()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        await client.ApplyAsync($"{Map}?fieldManager=one", ConfigMap(("mine", "1"), ("ours", "2")));
        await client.ApplyAsync($"{Map}?fieldManager=two", ConfigMap(("ours", "2")));

        var after = await client.ApplyAsync($"{Map}?fieldManager=one", ConfigMap(("new", "3")));

        Assert.Equal(["new", "ours"], after.Body!["data"]!.AsObject().Select(entry => entry.Key));
    }

    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        var first = await client.ApplyAsync($"{Service}?fieldManager=one", PlainService(9092));
        var second = await client.ApplyAsync($"{Service}?fieldManager=one", PlainService(9092));

        Assert.Equal((201, 200), (first.Status, second.Status));
        Assert.True(JsonNode.DeepEquals(first.Body, second.Body));
    }

    [Fact]
    public async Task An_items_port_is_its_identity_so_another_port_is_another_item()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        await client.ApplyAsync($"{Service}?fieldManager=one", PlainService(9092));

        var changed = await client.ApplyAsync($"{Service}?fieldManager=one", PlainService(9093));

        Assert.Equal([9093L], changed.Body.ObjectsAt("spec", "ports").Select(port => port.NumberAt("port")));
    }

    [Fact]
    public async Task What_others_added_and_nobody_applies_stays()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        await client.ApplyAsync($"{Service}?fieldManager=one", PlainService(9092));
        await client.SendAsync("PATCH", Service, """{"metadata":{"labels":{"added":"yes"}}}""", "application/merge-patch+json");

        var again = await client.ApplyAsync($"{Service}?fieldManager=one", PlainService(9092));

        Assert.Equal("yes", again.Body.TextAt("metadata", "labels", "added"));
        Assert.NotNull(again.Body.TextAt("spec", "clusterIP"));
    }

    [Fact]
    public async Task A_dry_run_shows_the_result_and_leaves_everything_as_it_was()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        await client.ApplyAsync($"{Map}?fieldManager=one", ConfigMap(("a", "1")));
        var before = api.Store.Version;

        var preview = await client.ApplyAsync($"{Map}?fieldManager=one&dryRun=All", ConfigMap(("a", "2")));
        var kept = await client.GetAsync(Map);

        Assert.Equal("2", preview.Body.TextAt("data", "a"));
        Assert.Equal("1", kept.Body.TextAt("data", "a"));
        Assert.Equal(before, api.Store.Version);
    }

    [Fact]
    public async Task Force_takes_the_fields_from_the_other_managers()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        await client.ApplyAsync($"{Map}?fieldManager=one", ConfigMap(("a", "1")));

        var refused = await client.ApplyAsync($"{Map}?fieldManager=two", ConfigMap(("a", "2")));
        var forced = await client.ApplyAsync($"{Map}?fieldManager=two&force=true", ConfigMap(("a", "2")));

        Assert.Equal((409, "Apply failed with 1 conflict: conflict with \"one\": .data.a"), (refused.Status, refused.Message));
        Assert.Equal("2", forced.Body.TextAt("data", "a"));
        Assert.DoesNotContain(
            forced.Body.ObjectsAt("metadata", "managedFields"),
            entry => entry.TextAt("manager") == "one" && entry.At("fieldsV1", "f:data", "f:a") is not null);
    }

    [Fact]
    public async Task Yaml_is_applied_as_json_is()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();

        var applied = await client.SendAsync(
            "PATCH",
            $"{Map}?fieldManager=one",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: settings
            data:
              number: "3"
            """,
            "application/apply-patch+yaml");

        Assert.Equal((201, "3"), (applied.Status, applied.Body.TextAt("data", "number")));
    }

    private static JsonObject ConfigMap(params (string Key, string Value)[] data) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = "settings" },
        ["data"] = new JsonObject(data.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value))),
    };

    private static JsonObject PlainService(int port) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject { ["name"] = "kafka" },
        ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["name"] = "broker", ["port"] = port }) },
    };
}
