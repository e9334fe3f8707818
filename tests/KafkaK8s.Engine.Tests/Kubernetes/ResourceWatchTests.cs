using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>A watch outlives what ends its requests.</summary>
public sealed class ResourceWatchTests
{
    private static readonly ResourceQuery Pods = new("v1", "Pod", "the-project", "app=kafka");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_resumes_where_it_was_when_the_server_ends_it()
    {
        var script = new Script
        {
            Lists = [List("10", Pod("a", "9"))],
            Watches =
            [
                [Event("ADDED", Pod("b", "11")), Event("MODIFIED", Pod("a", "12"))],
                [Event("BOOKMARK", Pod("", "20"))],
                [Event("DELETED", Pod("b", "21"))],
            ],
        };

        var changes = await script.RunAsync(4);

        Assert.Equal(["Added a 9", "Added b 11", "Modified a 12", "Deleted b 21"], changes);
        Assert.Equal(["10", "12", "20"], script.AskedFrom);
        Assert.Equal(1, script.Listed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_lists_again_when_the_history_is_lost_and_reports_what_was_missed(bool asStatus)
    {
        var script = new Script
        {
            Lists =
            [
                List("10", Pod("kept", "5"), Pod("changed", "6"), Pod("gone", "7")),
                List("90", Pod("kept", "5"), Pod("changed", "80"), Pod("new", "81")),
            ],
            Watches =
            [
                [asStatus ? "410" : Event("ERROR", """{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}""")],
                [Event("MODIFIED", Pod("new", "91"))],
            ],
        };

        var changes = await script.RunAsync(7);

        Assert.Equal(["Added kept 5", "Added changed 6", "Added gone 7", "Deleted gone 7", "Modified changed 80", "Added new 81", "Modified new 91"], changes);
        Assert.Equal(["10", "90"], script.AskedFrom);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_of_an_event_loses_nothing()
    {
        var script = new Script
        {
            Lists = [List("10")],
            Watches =
            [
                [Event("ADDED", Pod("a", "11")), "cut:" + Event("ADDED", Pod("b", "12"))[..20]],
                [Event("ADDED", Pod("b", "12"))],
            ],
        };

        Assert.Equal(["Added a 11", "Added b 12"], await script.RunAsync(2));
        Assert.Equal(["10", "11"], script.AskedFrom);
    }

    [Fact]
    public async Task An_error_that_does_not_pass_ends_it()
    {
        var script = new Script
        {
            Lists = [List("10")],
            Watches = [[Event("ERROR", """{"kind":"Status","code":403,"reason":"Forbidden","message":"pods is forbidden: User \"x\" cannot watch resource \"pods\" in API group \"\" in the namespace \"the-project\""}""")]],
        };

        var error = await Assert.ThrowsAsync<EngineException>(() => script.RunAsync(1));

        Assert.Equal("PermissionDenied", error.Id);
        Assert.Contains("verbs: [\"watch\"]", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_ends_it_at_once()
    {
        await using var server = await TestServer.StartAsync(async context =>
        {
            if (!context.Request.Query.ContainsKey("watch"))
            {
                await context.JsonAsync(200, List("10", Pod("a", "9")));
                return;
            }

            await context.Response.Body.FlushAsync(Cancellation);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var connection = server.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var changes = connection.Resources.WatchAsync(Pods, stop.Token).GetAsyncEnumerator(Cancellation);
        Assert.True(await changes.MoveNextAsync());
        var next = changes.MoveNextAsync().AsTask();

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);

        Assert.InRange(watch.ElapsedMilliseconds, 0, Prompt.Milliseconds);
    }

    private static string Pod(string name, string version) =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"the-project","uid":"u-{{{name}}}","resourceVersion":"{{{version}}}"}}""";

    private static string Event(string type, string item) => $$"""{"type":"{{type}}","object":{{item}}}""";

    private static string List(string version, params string[] items) =>
        $$$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}"},"items":[{{{string.Join(',', items)}}}]}""";

    /// <summary>What the server says to each list and each watch, in turn; the last watch stays open.</summary>
    private sealed class Script
    {
        public required string[] Lists { get; init; }

        public required string[][] Watches { get; init; }

        public int Listed { get; private set; }

        public List<string?> AskedFrom { get; } = [];

        private readonly TaskCompletionSource _firstSeen = new();

        public async Task<IReadOnlyList<string>> RunAsync(int count)
        {
            await using var server = await TestServer.StartAsync(AnswerAsync);
            using var connection = server.Open();
            var changes = new List<string>();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(30));
            await foreach (var change in connection.Resources.WatchAsync(Pods, limit.Token))
            {
                changes.Add($"{change.Kind} {change.Resource["metadata"]!["name"]} {change.Resource["metadata"]!["resourceVersion"]}");
                _firstSeen.TrySetResult();
                if (changes.Count == count)
                {
                    break;
                }
            }

            return changes;
        }

        private async Task AnswerAsync(HttpContext context)
        {
            Assert.Equal("app=kafka", context.Request.Query["labelSelector"]);
            if (!context.Request.Query.ContainsKey("watch"))
            {
                await context.JsonAsync(200, Lists[Listed++]);
                return;
            }

            Assert.Equal("true", context.Request.Query["allowWatchBookmarks"]);
            AskedFrom.Add(context.Request.Query["resourceVersion"]);
            foreach (var line in Watches[AskedFrom.Count - 1])
            {
                if (line == "410")
                {
                    await context.StatusAsync(410, "Expired", "too old resource version");
                    return;
                }

                await context.Response.WriteAsync(line.StartsWith("cut:", StringComparison.Ordinal) ? line[4..] : line + "\n", Cancellation);
                await context.Response.Body.FlushAsync(Cancellation);
                if (line.StartsWith("cut:", StringComparison.Ordinal))
                {
                    // What the client has not read yet would go with the connection.
                    await _firstSeen.Task.WaitAsync(Cancellation);
                    context.Abort();
                    return;
                }
            }

            if (AskedFrom.Count == Watches.Length)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
