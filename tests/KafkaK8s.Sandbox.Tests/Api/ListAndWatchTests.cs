using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

public sealed class ListAndWatchTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        for (var i = 0; i < 5; i++)
        {
            api.Store.Create(ResourceKind.Secrets, Item($"s{i}"));
        }

        var names = new List<string>();
        var token = "";
        do
        {
            var page = await client.GetAsync($"/api/v1/namespaces/default/secrets?limit=2&continue={token}");
            names.AddRange(page.Body.ObjectsAt("items").Select(item => item.Name()));
            token = page.Body.TextAt("metadata", "continue");
        }
        while (token is not null);

        Assert.Equal(["s0", "s1", "s2", "s3", "s4"], names);
    }

    [Fact]
    public async Task A_page_from_before_the_history_was_forgotten_is_refused()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        var first = await client.GetAsync("/api/v1/namespaces?limit=1");
        api.Faults.ExpireWatches();

        var second = await client.GetAsync($"/api/v1/namespaces?limit=1&continue={first.Body.TextAt("metadata", "continue")}");

        Assert.Equal((410, "Expired"), (second.Status, second.Reason));
    }

    [Theory]
    [InlineData("app=kafka", "a")]
    [InlineData("app!=kafka", "b,c")]
    [InlineData("app in (kafka,zookeeper)", "a,b")]
    [InlineData("app notin (kafka)", "b,c")]
    [InlineData("!app", "c")]
    [InlineData("app,app!=kafka", "b")]
    public async Task Labels_select(string selector, string expected)
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        api.Store.Create(ResourceKind.Secrets, Item("a", "kafka"));
        api.Store.Create(ResourceKind.Secrets, Item("b", "zookeeper"));
        api.Store.Create(ResourceKind.Secrets, Item("c"));

        var list = await client.GetAsync($"/api/v1/namespaces/default/secrets?labelSelector={Uri.EscapeDataString(selector)}");

        Assert.Equal(expected, string.Join(',', list.Body.ObjectsAt("items").Select(item => item.Name())));
    }

    [Fact]
    public async Task An_object_that_ceases_to_match_is_deleted_from_the_watch_and_one_that_begins_to_is_added()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        api.Store.Create(ResourceKind.Secrets, Item("a", "kafka"));
        var from = api.Store.Version;
        api.Store.Change(ResourceKind.Secrets, "default", "a", item => item.Child("metadata")["labels"] = new JsonObject { ["app"] = "other" });
        api.Store.Change(ResourceKind.Secrets, "default", "a", item => item.Child("metadata")["labels"] = new JsonObject { ["app"] = "kafka" });

        var events = await WatchAsync(client, $"/api/v1/namespaces/default/secrets?watch=1&labelSelector=app%3Dkafka&resourceVersion={from}", 2);

        Assert.Equal(["DELETED", "ADDED"], events.Select(one => one.TextAt("type")));
    }

    [Fact]
    public async Task A_watch_that_is_expired_ends_with_410()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        using var response = await client.OpenAsync("GET", $"{Maps}?watch=1&resourceVersion={api.Store.Version}");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        // The watch runs once it has told something.
        api.Store.Create(ResourceKind.ConfigMaps, Item("first"));
        while (!(await lines.ReadLineAsync(Cancellation))!.Contains("\"first\"", StringComparison.Ordinal))
        {
        }

        api.Faults.ExpireWatches();

        var last = JsonNode.Parse((await lines.ReadLineAsync(Cancellation))!);
        Assert.Equal(("ERROR", 410L, "Expired"), (last.TextAt("type"), last.NumberAt("object", "code"), last.TextAt("object", "reason")));
        Assert.Null(await lines.ReadLineAsync(Cancellation));
    }

    [Fact]
    public async Task A_watch_with_bookmarks_closes_with_the_version_that_it_has_reached()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        var from = api.Store.Version;
        api.Store.Create(ResourceKind.Secrets, Item("elsewhere"));
        var reached = api.Store.Version;

        var answer = await client.GetAsync($"/apis/apps/v1/namespaces/default/statefulsets?watch=1&allowWatchBookmarks=true&timeoutSeconds=0.2&resourceVersion={from}");

        Assert.Equal("BOOKMARK", answer.Body.TextAt("type"));
        Assert.True(long.Parse(answer.Body.TextAt("object", "metadata", "resourceVersion")!, null) >= reached);
    }

    private static async Task<List<JsonNode?>> WatchAsync(ApiClient client, string path, int count)
    {
        using var response = await client.OpenAsync("GET", path);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var events = new List<JsonNode?>();
        while (events.Count < count)
        {
            events.Add(JsonNode.Parse((await lines.ReadLineAsync(Cancellation))!));
        }

        return events;
    }

    private static JsonObject Item(string name, string? app = null)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = "default" };
        if (app is not null)
        {
            metadata["labels"] = new JsonObject { ["app"] = app };
        }

        return new JsonObject { ["metadata"] = metadata };
    }
}
