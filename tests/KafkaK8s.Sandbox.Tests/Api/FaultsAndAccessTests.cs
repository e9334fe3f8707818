using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

public sealed class FaultsAndAccessTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Too_many_requests_come_with_retry_after_as_often_as_asked_for()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        var fault = Fault.TooManyRequests(retryAfterSeconds: 3) with { Method = "GET", Path = "configmaps", Times = 1 };
        api.Faults.Add(fault);

        using var first = await client.OpenAsync("GET", Maps);
        using var second = await client.OpenAsync("GET", Maps);

        Assert.Equal((429, "3"), ((int)first.StatusCode, first.Headers.RetryAfter?.ToString()));
        Assert.Equal(200, (int)second.StatusCode);
        Assert.Equal(1, fault.Struck);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore, false)]
    [InlineData(FaultKind.DropAfter, true)]
    [InlineData(FaultKind.Truncate, true)]
    public async Task A_dropped_connection_leaves_the_client_in_the_dark(object kind, bool isCarriedOut)
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        api.Faults.Add(new Fault((FaultKind)kind) { Method = "POST", Times = 1 });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.PostAsync(Maps, Map("m")));

        Assert.Equal(isCarriedOut, api.Store.Get(ResourceKind.ConfigMaps, "default", "m") is not null);
    }

    [Fact]
    public async Task A_user_may_do_what_a_role_that_is_bound_to_them_allows_and_nothing_else()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        api.Store.Create(ResourceKind.Roles, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "reader", ["namespace"] = "default" },
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray(""), ["resources"] = new JsonArray("configmaps"), ["verbs"] = new JsonArray("get", "list"),
            }),
        });
        api.Store.Create(ResourceKind.RoleBindings, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "reader", ["namespace"] = "default" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "User", ["name"] = "tenant" }),
            ["roleRef"] = new JsonObject { ["kind"] = "Role", ["name"] = "reader" },
        });
        var tenant = ("Impersonate-User", "tenant");

        var allowed = await client.GetAsync(Maps, tenant);
        var elsewhere = await client.GetAsync("/api/v1/namespaces/kube-system/configmaps", tenant);
        var secrets = await client.GetAsync("/api/v1/namespaces/default/secrets", tenant);

        Assert.Equal(200, allowed.Status);
        Assert.Equal(403, elsewhere.Status);
        Assert.Equal(
            "secrets is forbidden: User \"tenant\" cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"", secrets.Message);
    }

    [Fact]
    public async Task The_administrators_certificate_is_as_good_as_the_token()
    {
        await using var api = await BareApi.StartAsync();
        using var certified = api.CertifiedClient();
        using var nobody = api.Client(withToken: false);

        Assert.Equal(200, (await certified.GetAsync(Maps)).Status);
        Assert.Equal(403, (await nobody.GetAsync(Maps)).Status);
    }

    [Fact]
    public async Task A_quota_that_is_used_up_refuses_the_pod_and_says_by_how_much()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        api.Store.Create(ResourceKind.ResourceQuotas, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "small", ["namespace"] = "default" },
            ["spec"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "1" } },
        });
        await client.PostAsync("/api/v1/namespaces/default/pods", Pod("one"));

        var refused = await client.PostAsync("/api/v1/namespaces/default/pods", Pod("two"));

        Assert.Equal(403, refused.Status);
        Assert.Equal("pods \"two\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1", refused.Message);
    }

    private static JsonObject Map(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    private static JsonObject Pod(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "zookeeper:3.9.4" }) },
    };
}
