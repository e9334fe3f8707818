using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Tests.Api;

namespace KafkaK8s.Sandbox.Tests.Pods;

public sealed class PodLogTests
{
    private const string Pods = $"/api/v1/namespaces/{PracticeCluster.Namespace}/pods";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_is_read_whole_from_its_end_and_with_times()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        using var client = ApiClient.For(cluster.Server);
        cluster.CreatePod("crashing", """{"command": ["exit", "3"]}""");
        await cluster.UntilAsync(ResourceKind.Pods, "crashing", pod => pod.ObjectsAt("status", "containerStatuses").FirstOrDefault().NumberAt("restartCount") > 0);

        var whole = await client.GetAsync($"{Pods}/crashing/log");
        var tail = await client.GetAsync($"{Pods}/crashing/log?tailLines=1");
        var timed = await client.GetAsync($"{Pods}/crashing/log?tailLines=1&timestamps=true");
        var previous = await client.GetAsync($"{Pods}/crashing/log?previous=true");
        var cut = await client.GetAsync($"{Pods}/crashing/log?limitBytes=5");

        Assert.Equal("crashing starts\ngiving up\n", whole.Text);
        Assert.Equal("giving up\n", tail.Text);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z giving up\n$", timed.Text);
        Assert.Equal("crashing starts\ngiving up\n", previous.Text);
        Assert.Equal("crash", cut.Text);
    }

    [Fact]
    public async Task A_followed_log_ends_with_its_container()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        using var client = ApiClient.For(cluster.Server);
        cluster.CreatePod("client", "{}", """{"restartPolicy": "Never"}""");
        await cluster.UntilReadyAsync("client");

        using var response = await client.OpenAsync("GET", $"{Pods}/client/log?follow=true");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var first = await lines.ReadLineAsync(Cancellation);
        cluster.Server.PodFaults.Kill(PracticeCluster.Namespace, "client");
        var rest = await lines.ReadToEndAsync(Cancellation);

        Assert.Equal("client starts", first);
        Assert.Equal("", rest);
    }

    [Theory]
    [InlineData("bad-image/log", "container \"c\" in pod \"bad-image\" is waiting to start: trying and failing to pull image")]
    [InlineData("client/log?container=nope", "container nope is not valid for pod client")]
    [InlineData("client/log?previous=true", "previous terminated container \"program\" in pod \"client\" not found")]
    [InlineData("two/log", "a container name must be specified for pod two, choose one of: [a b]")]
    public async Task A_log_that_is_not_there_is_refused_with_the_reason(string path, string message)
    {
        await using var cluster = await PracticeCluster.StartAsync();
        using var client = ApiClient.For(cluster.Server);
        cluster.CreatePod("client");
        cluster.CreatePod("bad-image", """{"name": "c", "image": "registry.invalid/none:1"}""");
        cluster.Create(
            ResourceKind.Pods,
            $$"""{"metadata": {"name": "two"}, "spec": {"containers": [{"name": "a", "image": "{{FakeRuntime.Image}}"}, {"name": "b", "image": "{{FakeRuntime.Image}}"} ] } }""");
        await cluster.UntilReadyAsync("client");
        await cluster.UntilReadyAsync("two");
        await cluster.UntilEventAsync("bad-image", "ErrImagePull");
        await cluster.UntilAsync(ResourceKind.Pods, "bad-image", pod => pod.ObjectsAt("status", "containerStatuses").First().TextAt("state", "waiting", "message") is not null);

        var answer = await client.GetAsync($"{Pods}/{path}");

        Assert.Equal((400, "BadRequest", message), (answer.Status, answer.Reason, answer.Message));
    }
}
