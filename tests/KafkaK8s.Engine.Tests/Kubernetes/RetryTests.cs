using System.Net;
using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

public sealed class RetryTests
{
    private static readonly ResourceReference Pod = new("v1", "Pod", "the-project", "kafka-0");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", 429)]
    [InlineData("POST", 429)]
    [InlineData("DELETE", 429)]
    [InlineData("GET", 503)]
    [InlineData("APPLY", 503)]
    public async Task A_server_that_says_when_to_come_back_is_obeyed(string method, int status)
    {
        var (error, calls, observer) = await CallAsync(method, (context, call) =>
        {
            if (call > 2)
            {
                return context.JsonAsync(200, """{"kind":"Pod"}""");
            }

            context.Response.Headers.RetryAfter = "0";
            return context.StatusAsync(status, "TooManyRequests", "later");
        });

        Assert.Null(error);
        Assert.Equal(3, calls);
        Assert.Equal(3, observer.Calls.Count);
        Assert.EndsWith($" {status}", observer.Calls[0], StringComparison.Ordinal);
        Assert.EndsWith(" 200", observer.Calls[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", 502, 3)]
    [InlineData("GET", 504, 3)]
    [InlineData("APPLY", 502, 3)]
    [InlineData("POST", 502, 1)]
    [InlineData("POST", 503, 1)]
    [InlineData("PATCH", 504, 1)]
    [InlineData("DELETE", 503, 1)]
    [InlineData("POST", 429, 1)]
    [InlineData("GET", 500, 1)]
    [InlineData("GET", 404, 1)]
    public async Task What_may_have_been_done_already_is_not_done_again(string method, int status, int expected)
    {
        var (_, calls, _) = await CallAsync(method, (context, call) =>
            call > 2 ? context.JsonAsync(200, """{"kind":"Pod"}""") : context.StatusAsync(status, "Whatever", "no"));

        Assert.Equal(expected, calls);
    }

    [Theory]
    [InlineData("GET", 2, null)]
    [InlineData("APPLY", 2, null)]
    [InlineData("POST", 1, EngineErrorKind.OutcomeUnknown)]
    [InlineData("PATCH", 1, EngineErrorKind.OutcomeUnknown)]
    [InlineData("DELETE", 1, EngineErrorKind.OutcomeUnknown)]
    public async Task A_dropped_connection_is_tried_again_where_that_is_safe_and_unknown_where_not(string method, int expected, EngineErrorKind? kind)
    {
        var (error, calls, _) = await CallAsync(method, (context, call) =>
        {
            if (call > 1)
            {
                return context.JsonAsync(200, """{"kind":"Pod"}""");
            }

            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(kind, error?.Kind);
        Assert.Equal(expected, calls);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        var (error, calls, _) = await CallAsync("GET", async (context, call) =>
        {
            if (call > 1)
            {
                await context.JsonAsync(200, """{"kind":"Pod"}""");
                return;
            }

            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"kind\":", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            context.Abort();
        });

        Assert.Null(error);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Attempts_end_and_the_last_answer_is_the_error()
    {
        var (error, calls, _) = await CallAsync("GET", (context, _) =>
        {
            context.Response.Headers.RetryAfter = "0";
            return context.StatusAsync(429, "TooManyRequests", "the server is overloaded");
        });

        Assert.Equal("TooManyRequests", error?.Id);
        Assert.Contains("the server is overloaded", error!.Message, StringComparison.Ordinal);
        Assert.Equal(RetryPolicy.MaximumAttempts, calls);
    }

    [Theory]
    [InlineData("3", 3.0)]
    [InlineData("3600", null)]
    [InlineData("Thu, 01 Jan 2026 00:00:10 GMT", 10.0)]
    [InlineData("Wed, 01 Jan 2025 00:00:00 GMT", 0.0)]
    public void A_pause_is_as_long_as_asked_but_never_endless(string header, double? seconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.Add("Retry-After", header);

        var pause = RetryPolicy.PauseAfter(1, isIdempotent: false, response, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(seconds, pause?.TotalSeconds);
    }

    [Theory]
    [InlineData(504)]
    public async Task A_change_that_the_server_gave_up_on_is_unknown(int status)
    {
        var (error, _, _) = await CallAsync("POST", (context, _) => context.StatusAsync(status, "Timeout", "request did not complete within requested timeout"));

        Assert.Equal(EngineErrorKind.OutcomeUnknown, error?.Kind);
        Assert.Contains("did not complete", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_that_breaks_is_not_an_unknown_outcome()
    {
        await using var server = await TestServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => connection.Resources.CreateAsync(Manifest(), dryRun: true, Cancellation));

        Assert.Equal("ConnectionLost", error.Id);
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_never_quoted()
    {
        var (error, _, _) = await CallAsync("GET", async (context, _) =>
        {
            context.Response.StatusCode = 418;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>session=hunter2</html>", Cancellation);
        });

        Assert.DoesNotContain("hunter2", error!.ToString(), StringComparison.Ordinal);
        Assert.Contains("418", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_no_object_is_told_as_such_without_quoting_it()
    {
        var (error, _, _) = await CallAsync("GET", async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("hunter2", Cancellation);
        });

        Assert.Equal("AnswerNotUnderstood", error?.Id);
        Assert.DoesNotContain("hunter2", error!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secrets_values_are_not_repeated_from_a_refusal()
    {
        await using var server = await TestServer.StartAsync(context => context.JsonAsync(
            422, """{"kind":"Status","message":"Secret \"x\" is invalid: data[a]: Invalid value: \"hunter2\"","reason":"Invalid","details":{"causes":[{"reason":"FieldValueInvalid","field":"data[a]","message":"Invalid value: \"hunter2\""}]},"code":422}"""));
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => connection.Resources.GetAsync(new ResourceReference("v1", "Secret", "n", "x"), Cancellation));

        Assert.Contains("data[a]: FieldValueInvalid", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_ends_a_call_and_a_pause_at_once()
    {
        var asked = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(context =>
        {
            asked.TrySetResult();
            context.Response.Headers.RetryAfter = "10";
            return context.StatusAsync(429, "TooManyRequests", "later");
        });
        var observer = new RecordingObserver();
        using var connection = server.Open(observer);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = connection.Resources.GetAsync(Pod, stop.Token);
        await asked.Task.WaitAsync(Cancellation);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.InRange(watch.ElapsedMilliseconds, 0, Prompt.Milliseconds);
    }

    private static System.Text.Json.Nodes.JsonObject Manifest() => new()
    {
        ["apiVersion"] = Pod.ApiVersion,
        ["kind"] = Pod.Kind,
        ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = Pod.Name, ["namespace"] = Pod.Namespace },
    };

    private static async Task<(EngineException? Error, int Calls, RecordingObserver Observer)> CallAsync(string method, Func<HttpContext, int, Task> answer)
    {
        var calls = 0;
        await using var server = await TestServer.StartAsync(context => answer(context, Interlocked.Increment(ref calls)));
        var observer = new RecordingObserver();
        using var connection = server.Open(observer);
        var resources = connection.Resources;
        var error = await Record.ExceptionAsync(() => method switch
        {
            "GET" => resources.GetAsync(Pod, Cancellation),
            "POST" => resources.CreateAsync(Manifest(), false, Cancellation),
            "APPLY" => resources.ApplyAsync(Manifest(), new ApplyOptions(), Cancellation),
            "PATCH" => resources.PatchAsync(Pod, PatchKind.Merge, Manifest(), Cancellation),
            "DELETE" => resources.DeleteAsync(Pod, new DeleteOptions(), Cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(method)),
        });
        Assert.True(error is null or EngineException, error?.ToString());
        return (error as EngineException, calls, observer);
    }
}
