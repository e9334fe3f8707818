using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>Frames that a real API server sent, played back.</summary>
public sealed class RecordedSocketTests
{
    private static readonly PodTarget Pod = new("the-project", "kafka-test-client", "kafka");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exec-true", 0, "", "")]
    [InlineData("exec-exit-42", 42, "out\n", "err\n")]
    [InlineData("exec-killed", 137, "", "")]
    [InlineData("exec-no-container-named", 0, "", "")]
    public async Task Exit_codes_and_output_on_both_protocols(string name, int exitCode, string output, string errors)
    {
        foreach (var protocol in new[] { "v5", "v4" })
        {
            await using var server = await PlaybackAsync($"{name}-{protocol}");
            using var connection = server.Open();

            Assert.Equal(new ExecResult(exitCode, output, errors), await PodExec.CaptureAsync(connection, Pod, ["x"], null, Cancellation));
        }
    }

    [Fact]
    public async Task Large_output_is_complete()
    {
        await using var server = await PlaybackAsync("exec-large-output-v5");
        using var connection = server.Open();

        Assert.Equal(new string('x', 70_000), (await PodExec.CaptureAsync(connection, Pod, ["x"], null, Cancellation)).StandardOutput);
    }

    [Theory]
    [InlineData("exec-stdin-half-close-v5", "hello\nworld\n", "hello\nworld\n")]
    [InlineData("exec-stdin-unread-v5", "nobody reads this", "")]
    public async Task Input_goes_in_and_output_comes_back(string name, string input, string output)
    {
        await using var server = await PlaybackAsync(name);
        using var connection = server.Open();

        var result = await PodExec.CaptureAsync(connection, Pod, ["cat"], new MemoryStream(Encoding.UTF8.GetBytes(input)), Cancellation);

        Assert.Equal(new ExecResult(0, output, ""), result);
    }

    [Theory]
    [InlineData("exec-missing-program-v5", "ProgramNotFound", EngineErrorKind.NotFound, "no-such-program")]
    [InlineData("exec-missing-program-v4", "ProgramNotFound", EngineErrorKind.NotFound, "no-such-program")]
    [InlineData("exec-no-command-v5", "ExecFailed", EngineErrorKind.Unavailable, "args must not be empty")]
    [InlineData("exec-missing-pod-v5", "ResourceNotFound", EngineErrorKind.NotFound, "pods \"absent\" not found")]
    [InlineData("exec-missing-pod-v4", "ResourceNotFound", EngineErrorKind.NotFound, "pods \"absent\" not found")]
    [InlineData("exec-missing-container-v5", "ContainerNotFound", EngineErrorKind.NotFound, "container nope is not valid")]
    [InlineData("exec-not-running-v5", "ContainerNotRunning", EngineErrorKind.Unavailable, "container not found (\"c\")")]
    [InlineData("exec-not-running-v4", "ContainerNotRunning", EngineErrorKind.Unavailable, "container not found (\"c\")")]
    [InlineData("exec-no-streams-v5", "RequestRefused", EngineErrorKind.InvalidArgument, "you must specify at least 1 of stdin, stdout, stderr")]
    [InlineData("exec-forbidden", "PermissionDenied", EngineErrorKind.PermissionDenied, "User \"tenant\" cannot get resource \"pods/exec\"")]
    [InlineData("exec-no-protocol", "ProtocolNotSupported", EngineErrorKind.NotSupported, "v5.channel.k8s.io")]
    [InlineData("exec-unknown-protocol", "ProtocolNotSupported", EngineErrorKind.NotSupported, "v5.channel.k8s.io")]
    public async Task What_can_not_be_run_is_told_with_its_reason(string name, string id, EngineErrorKind kind, string words)
    {
        await using var server = await PlaybackAsync(name);
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, Pod, ["no-such-program"], null, Cancellation));

        Assert.Equal(id, error.Id);
        Assert.Equal(kind, error.Kind);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_cut_of_a_recorded_exec_is_an_unknown_outcome()
    {
        var frames = RecordedKubernetes.Named("websocket.jsonl", "exec-exit-42-v5")["frames"]!.AsArray().Count;
        for (var kept = 0; kept < frames; kept++)
        {
            await using var server = await PlaybackAsync("exec-exit-42-v5", kept);
            using var connection = server.Open();

            var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, Pod, ["x"], null, Cancellation));

            Assert.Equal(EngineErrorKind.OutcomeUnknown, error.Kind);
        }
    }

    [Fact]
    public async Task A_forwarded_port_answers()
    {
        await using var server = await PlaybackAsync("portforward-ruok");
        using var connection = server.Open();
        await using var stream = await PortForward.ConnectAsync(connection, "the-project", "kafka-zookeeper-0", 2181, Cancellation);

        await stream.WriteAsync("ruok"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream);

        Assert.Equal("imok", await reader.ReadToEndAsync(Cancellation));
    }

    [Fact]
    public async Task A_forwarded_port_where_nothing_listens_is_told_in_the_clusters_words()
    {
        await using var server = await PlaybackAsync("portforward-closed-port");
        using var connection = server.Open();
        await using var stream = await PortForward.ConnectAsync(connection, "the-project", "kafka-zookeeper-0", 9, Cancellation);

        await stream.WriteAsync("x"u8.ToArray(), Cancellation);
        var error = await Assert.ThrowsAsync<EngineException>(() => stream.ReadAsync(new byte[10], Cancellation).AsTask());

        Assert.Equal("PortForwardFailed", error.Id);
        Assert.Contains("dial tcp4 127.0.0.1:9: connect: connection refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing listens there", error.Advice, StringComparison.Ordinal);
    }

    private static Task<TestServer> PlaybackAsync(string name, int? frames = null)
    {
        var recorded = RecordedKubernetes.Named("websocket.jsonl", name);
        return TestServer.StartAsync(context => PlayAsync(context, recorded, frames));
    }

    private static async Task PlayAsync(HttpContext context, JsonObject recorded, int? frames)
    {
        var response = recorded["response"]!;
        var status = int.Parse(((string)response["status"]!).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        if (status != 101)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = (string?)response["contentType"];
            await context.Response.WriteAsync((string?)response["body"] ?? "", Cancellation);
            return;
        }

        var protocol = (string)response["protocol"]!;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol.Length > 0 ? protocol : null);

        // The recorder lists what the client sent first; ours cuts its input into other frames.
        var expected = new MemoryStream();
        foreach (var frame in recorded["frames"]!.AsArray().Where(frame => (string?)frame!["from"] == "client" && (int?)frame["channel"] == 0))
        {
            expected.Write(Encoding.UTF8.GetBytes((string)frame!["text"]!));
        }

        foreach (var frame in recorded["frames"]!.AsArray().Where(frame => (string?)frame!["from"] == "server").Take(frames ?? int.MaxValue))
        {
            if (expected.Length > 0 && (string?)frame!["text"] is { Length: > 0 })
            {
                await ReceiveAsync(socket, expected);
                expected.SetLength(0);
            }

            if (frame!["close"] is { } close)
            {
                await socket.CloseAsync((WebSocketCloseStatus)(int)close, (string?)frame["reason"], Cancellation);
                return;
            }

            var payload = frame["base64"] is { } base64 ? Convert.FromBase64String((string)base64!) : Encoding.UTF8.GetBytes((string?)frame["text"] ?? "");
            await socket.SendPartAsync([(byte)(int)frame["channel"]!, .. payload], end: true);
        }

        context.Abort();
    }

    private static async Task ReceiveAsync(WebSocket socket, MemoryStream expected)
    {
        var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (received.Length < expected.Length)
        {
            var frame = await socket.ReceiveAsync(buffer, Cancellation);
            Assert.Equal(0, buffer[0]);
            received.Write(buffer.AsSpan(1, frame.Count - 1));
        }

        Assert.Equal(expected.ToArray(), received.ToArray());
    }
}
