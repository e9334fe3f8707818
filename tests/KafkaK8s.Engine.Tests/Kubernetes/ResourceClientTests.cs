using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>Resources on the sandbox.</summary>
public sealed class ResourceClientTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Applying_twice_creates_and_then_changes_nothing()
    {
        using var connection = await sandbox.OpenAsync();
        var map = Map(connection, "a", "1");

        var first = await connection.Resources.ApplyAsync(map, new ApplyOptions(), Cancellation);
        var second = await connection.Resources.ApplyAsync(map, new ApplyOptions(), Cancellation);

        Assert.True(first.WasCreated);
        Assert.False(second.WasCreated);
        Assert.Equal(VersionOf(first.Resource), VersionOf(second.Resource));
        Assert.Equal("KafkaK8s", (string?)second.Resource["metadata"]!["managedFields"]![0]!["manager"]);
        Assert.Equal("Apply", (string?)second.Resource["metadata"]!["managedFields"]![0]!["operation"]);
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_come_and_changes_nothing()
    {
        using var connection = await sandbox.OpenAsync();
        await connection.Resources.ApplyAsync(Map(connection, "a", "1"), new ApplyOptions(), Cancellation);

        var would = await connection.Resources.ApplyAsync(Map(connection, "a", "2"), new ApplyOptions(DryRun: true), Cancellation);
        var wouldCreate = await connection.Resources.ApplyAsync(Map(connection, "b", "1"), new ApplyOptions(DryRun: true), Cancellation);

        Assert.Equal("2", (string?)would.Resource["data"]!["key"]);
        Assert.True(wouldCreate.WasCreated);
        Assert.Equal("1", (string?)(await connection.Resources.GetAsync(Reference(connection, "a"), Cancellation))["data"]!["key"]);
        Assert.Null(await connection.Resources.FindAsync(Reference(connection, "b"), Cancellation));
    }

    [Fact]
    public async Task A_field_of_another_manager_is_a_conflict_until_forced()
    {
        using var connection = await sandbox.OpenAsync();
        var created = new ApiCall(HttpMethod.Post, $"api/v1/namespaces/{connection.Namespace}/configmaps", "create", "configmaps", "", connection.Namespace, "a")
        {
            Query = [new("fieldManager", "someone-else")],
            Body = Map(connection, "a", "theirs"),
        };
        await connection.SendForJsonAsync(created, Cancellation);

        var error = await Assert.ThrowsAsync<EngineException>(() => connection.Resources.ApplyAsync(Map(connection, "a", "mine"), new ApplyOptions(), Cancellation));
        var forced = await connection.Resources.ApplyAsync(Map(connection, "a", "mine"), new ApplyOptions(Force: true), Cancellation);

        Assert.Equal("FieldManagerConflict", error.Id);
        Assert.Contains("\"someone-else\" set .data.key", error.Message, StringComparison.Ordinal);
        Assert.Equal($"{connection.Namespace}/a", error.Target);
        Assert.Equal("mine", (string?)forced.Resource["data"]!["key"]);
    }

    [Fact]
    public async Task An_unknown_field_is_refused()
    {
        using var connection = await sandbox.OpenAsync();
        var service = JsonNode.Parse($$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"{{{connection.Namespace}}}"},"spec":{"selektor":{"a":"b"} } }""")!.AsObject();

        var error = await Assert.ThrowsAsync<EngineException>(() => connection.Resources.ApplyAsync(service, new ApplyOptions(), Cancellation));

        Assert.Equal("ResourceInvalid", error.Id);
        Assert.Contains("selektor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_patch_and_delete()
    {
        using var connection = await sandbox.OpenAsync();
        var resources = connection.Resources;
        await resources.CreateAsync(Map(connection, "a", "1"), dryRun: false, Cancellation);
        var again = await Assert.ThrowsAsync<EngineException>(() => resources.CreateAsync(Map(connection, "a", "1"), dryRun: false, Cancellation));

        var patched = await resources.PatchAsync(Reference(connection, "a"), PatchKind.Merge, JsonNode.Parse("""{"data":{"key":null,"other":"2"}}""")!, Cancellation);
        var stale = await Assert.ThrowsAsync<EngineException>(() => resources.DeleteAsync(Reference(connection, "a"), new DeleteOptions(Uid: "00000000-0000-0000-0000-000000000000"), Cancellation));
        var uid = (string?)patched["metadata"]!["uid"];
        var wasThere = await resources.DeleteAsync(Reference(connection, "a"), new DeleteOptions(DeletePropagation.Background, uid), Cancellation);
        var wasThereStill = await resources.DeleteAsync(Reference(connection, "a"), new DeleteOptions(), Cancellation);

        Assert.Equal("ResourceAlreadyExists", again.Id);
        Assert.Equal("""{"other":"2"}""", patched["data"]!.ToJsonString());
        Assert.Equal("ResourceConflict", stale.Id);
        Assert.True(wasThere);
        Assert.False(wasThereStill);
        Assert.Equal("ResourceNotFound", (await Assert.ThrowsAsync<EngineException>(() => resources.GetAsync(Reference(connection, "a"), Cancellation))).Id);
    }

    [Fact]
    public async Task Items_of_a_list_know_what_they_are_and_selectors_select()
    {
        using var connection = await sandbox.OpenAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            var map = Map(connection, name, "1");
            map["metadata"]!["labels"] = new JsonObject { ["app"] = name == "c" ? "other" : "kafka" };
            await connection.Resources.ApplyAsync(map, new ApplyOptions(), Cancellation);
        }

        var items = await connection.Resources.ListAsync(new ResourceQuery("v1", "ConfigMap", connection.Namespace, "app=kafka"), Cancellation);

        Assert.Equal(["a", "b"], items.Select(item => (string?)item["metadata"]!["name"]));
        Assert.All(items, item => Assert.Equal("v1 ConfigMap", $"{item["apiVersion"]} {item["kind"]}"));
    }

    [Fact]
    public async Task Long_lists_come_in_pages_and_start_again_when_a_page_has_expired()
    {
        var asked = new List<string>();
        await using var server = await TestServer.StartAsync(context =>
        {
            var next = context.Request.Query["continue"].ToString();
            asked.Add(next);
            return (asked.Count, next) switch
            {
                (_, "") => context.JsonAsync(200, """{"kind":"PodList","metadata":{"resourceVersion":"1","continue":"second"},"items":[{"metadata":{"name":"a"}}]}"""),
                (2, "second") => context.StatusAsync(410, "Expired", "The provided continue parameter is too old"),
                _ => context.JsonAsync(200, """{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"b"}}]}"""),
            };
        });
        using var connection = server.Open();

        var items = await connection.Resources.ListAsync(new ResourceQuery("v1", "Pod", null), Cancellation);

        Assert.Equal(["", "second", "", "second"], asked);
        Assert.Equal(["a", "b"], items.Select(item => (string?)item["metadata"]!["name"]));
    }

    [Fact]
    public async Task The_server_is_asked_which_kinds_it_has()
    {
        var observer = new RecordingObserver();
        using var connection = await sandbox.OpenAsync(observer);

        Assert.True(await connection.Resources.ServerHasAsync("policy/v1", "PodDisruptionBudget", Cancellation));
        Assert.False(await connection.Resources.ServerHasAsync("policy/v1beta1", "PodDisruptionBudget", Cancellation));
        Assert.False(await connection.Resources.ServerHasAsync("policy/v1", "Nothing", Cancellation));
        Assert.Single(observer.Calls, call => call == "GET /apis/policy/v1 200");
        var error = await Assert.ThrowsAsync<EngineException>(() => connection.Resources.ListAsync(new ResourceQuery("policy/v1", "Nothing", null), Cancellation));
        Assert.Equal("ApiNotFound", error.Id);
    }

    [Fact]
    public async Task A_watch_shows_what_is_there_and_what_happens()
    {
        using var connection = await sandbox.OpenAsync();
        var resources = connection.Resources;
        await resources.ApplyAsync(Map(connection, "a", "1"), new ApplyOptions(), Cancellation);
        await using var changes = resources.WatchAsync(new ResourceQuery("v1", "ConfigMap", connection.Namespace, FieldSelector: "metadata.name=a"), Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(ResourceChangeKind.Added, changes.Current.Kind);
        await resources.ApplyAsync(Map(connection, "a", "2"), new ApplyOptions(), Cancellation);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(ResourceChangeKind.Modified, changes.Current.Kind);
        Assert.Equal("2", (string?)changes.Current.Resource["data"]!["key"]);
        await resources.DeleteAsync(Reference(connection, "a"), new DeleteOptions(), Cancellation);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(ResourceChangeKind.Deleted, changes.Current.Kind);
    }

    [Fact]
    public async Task Warnings_of_the_server_are_handed_on()
    {
        await using var server = await TestServer.StartAsync(context =>
        {
            context.Response.Headers.Warning = "299 - \"policy/v1beta1 PodDisruptionBudget is deprecated\"";
            return context.JsonAsync(200, """{"kind":"Pod"}""");
        });
        var observer = new RecordingObserver();
        using var connection = server.Open(observer);

        await connection.Resources.GetAsync(new ResourceReference("v1", "Pod", "n", "p"), Cancellation);

        Assert.Equal(["policy/v1beta1 PodDisruptionBudget is deprecated"], observer.Warnings);
    }

    [Theory]
    [InlineData("ns/../../x?y=", "a", "v1")]
    [InlineData("ns", "../secrets", "v1")]
    [InlineData("ns", "a?watch=true", "v1")]
    [InlineData("ns", "a%2fb", "v1")]
    [InlineData("ns", "A", "v1")]
    [InlineData("ns", "a\n", "v1")]
    [InlineData("ns", "", "v1")]
    [InlineData("ns", "a", "../v1")]
    [InlineData("ns", "a", "apps/v1/x")]
    public async Task What_is_no_name_never_becomes_a_path(string space, string name, string apiVersion)
    {
        var calls = 0;
        await using var server = await TestServer.StartAsync(context =>
        {
            calls++;
            return context.JsonAsync(200, "{}");
        });
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => connection.Resources.GetAsync(new ResourceReference(apiVersion, "Pod", space, name), Cancellation));

        Assert.Equal(EngineErrorKind.InvalidArgument, error.Kind);
        Assert.Equal(0, calls);
    }

    [Theory]
    [InlineData("kafka", true, true, true)]
    [InlineData("0kafka", true, true, false)]
    [InlineData("kafka-0", true, true, true)]
    [InlineData("a.b", false, true, false)]
    [InlineData("-a", false, false, false)]
    [InlineData("a-", false, false, false)]
    [InlineData("a_b", false, false, false)]
    [InlineData("Kafka", false, false, false)]
    [InlineData("a..b", false, false, false)]
    [InlineData("ä", false, false, false)]
    public void Names_are_what_kubernetes_says(string name, bool label, bool subdomain, bool service)
    {
        Assert.Equal((label, subdomain, service), (ResourceNames.IsLabel(name), ResourceNames.IsSubdomain(name), ResourceNames.IsServiceName(name)));
        Assert.False(ResourceNames.IsLabel(new string('a', 64)));
        Assert.False(ResourceNames.IsSubdomain(new string('a', 254)));
    }

    private static JsonObject Map(KubernetesConnection connection, string name, string value) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = connection.Namespace },
        ["data"] = new JsonObject { ["key"] = value },
    };

    private static ResourceReference Reference(KubernetesConnection connection, string name) => new("v1", "ConfigMap", connection.Namespace, name);

    private static string? VersionOf(JsonObject resource) => (string?)resource["metadata"]!["resourceVersion"];
}
