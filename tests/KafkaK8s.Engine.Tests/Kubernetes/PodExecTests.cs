using System.Net.WebSockets;
using System.Text;
using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>Exec on the protocol's corner cases, server side played by hand.</summary>
public sealed class PodExecTests
{
    private const string Success = """{"metadata":{},"status":"Success"}""";

    private static readonly PodTarget Pod = new("the-project", "kafka-0", "kafka");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_argument_vector_arrives_as_it_is_and_no_stdin_or_tty_is_asked_for()
    {
        IQueryCollection? query = null;
        IList<string>? offered = null;
        await using var server = await ExecServerAsync(async (context, socket) =>
        {
            query = context.Request.Query;
            offered = context.WebSockets.WebSocketRequestedProtocols;
            await EndAsync(socket);
        });
        using var connection = server.Open();

        string[] arguments = ["echo", "a b", "$(reboot)", "'\"&?=#%+;|", "", "zwölf"];
        var result = await PodExec.CaptureAsync(connection, Pod, arguments, null, Cancellation);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(arguments, query!["command"].ToArray());
        Assert.Equal("kafka", query["container"]);
        Assert.Equal("1", query["stdout"]);
        Assert.Equal("1", query["stderr"]);
        Assert.False(query.ContainsKey("stdin"));
        Assert.False(query.ContainsKey("tty"));
        Assert.Equal(["v5.channel.k8s.io", "v4.channel.k8s.io"], offered);
    }

    [Theory]
    [InlineData("v5.channel.k8s.io")]
    [InlineData("v4.channel.k8s.io")]
    public async Task Output_errors_and_exit_code_are_kept_apart(string protocol)
    {
        await using var server = await ExecServerAsync(
            async (_, socket) =>
            {
                await socket.SendAsync(1, "");
                await socket.SendAsync(1, "out\n");
                await socket.SendAsync(2, "err\n");
                await socket.SendAsync(3, """{"status":"Failure","reason":"NonZeroExitCode","message":"m","details":{"causes":[{"reason":"ExitCode","message":"42"}]}}""");
                await socket.CloseWellAsync();
            },
            protocol);
        using var connection = server.Open();

        var result = await PodExec.CaptureAsync(connection, Pod, ["x"], null, Cancellation);

        Assert.Equal(new ExecResult(42, "out\n", "err\n"), result);
    }

    [Fact]
    public async Task A_message_cut_into_parts_by_a_proxy_is_put_together_again()
    {
        await using var server = await ExecServerAsync(async (_, socket) =>
        {
            await socket.SendPartAsync([1], end: false);
            await socket.SendPartAsync("AB"u8.ToArray(), end: false);
            await socket.SendPartAsync([], end: false);
            await socket.SendPartAsync("CDE"u8.ToArray(), end: true);
            await socket.SendPartAsync([2], end: true);
            await socket.SendPartAsync([1, (byte)'F'], end: true);
            await socket.SendPartAsync([3], end: false);
            await socket.SendPartAsync(Encoding.UTF8.GetBytes(Success), end: true);
            await socket.CloseWellAsync();
        });
        using var connection = server.Open();

        Assert.Equal(new ExecResult(0, "ABCDEF", ""), await PodExec.CaptureAsync(connection, Pod, ["x"], null, Cancellation));
    }

    [Theory]
    [InlineData(Cut.BeforeAnything)]
    [InlineData(Cut.AfterPartOfTheOutput)]
    [InlineData(Cut.InTheMiddleOfAMessage)]
    [InlineData(Cut.AfterTheStatusBeforeTheClose)]
    [InlineData(Cut.WithACloseButNoStatus)]
    [InlineData(Cut.WithAnErrorClose)]
    [InlineData(Cut.WithHalfAStatus)]
    public async Task A_connection_that_ends_early_is_never_a_success(Cut cut)
    {
        await using var server = await ExecServerAsync(async (context, socket) =>
        {
            if (cut != Cut.BeforeAnything)
            {
                await socket.SendAsync(1, "partial");
            }

            switch (cut)
            {
                case Cut.InTheMiddleOfAMessage:
                    await socket.SendAsync(1, "half", end: false);
                    break;
                case Cut.AfterTheStatusBeforeTheClose:
                    await socket.SendAsync(3, Success);
                    break;
                case Cut.WithACloseButNoStatus:
                    await socket.CloseWellAsync();
                    return;
                case Cut.WithAnErrorClose:
                    await socket.SendAsync(3, Success);
                    await socket.CloseAsync(WebSocketCloseStatus.InternalServerError, "lost the kubelet", Cancellation);
                    return;
                case Cut.WithHalfAStatus:
                    await socket.SendAsync(3, Success[..10]);
                    await socket.CloseWellAsync();
                    return;
            }

            context.Abort();
        });
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, Pod, ["kafka-topics"], null, Cancellation));

        Assert.Equal(EngineErrorKind.OutcomeUnknown, error.Kind);
        Assert.Equal("OutcomeUnknown", error.Id);
        Assert.Contains("kafka-topics", error.Message, StringComparison.Ordinal);
        Assert.Contains("the-project/kafka-0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_that_is_cut_is_unknown_too()
    {
        await using var server = await TestServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, Pod, ["x"], null, Cancellation));

        Assert.Equal(EngineErrorKind.OutcomeUnknown, error.Kind);
    }

    [Fact]
    public async Task Input_is_sent_in_small_frames_and_then_closed_on_v5()
    {
        var received = new MemoryStream();
        var largest = 0;
        var closed = false;
        await using var server = await ExecServerAsync(async (context, socket) =>
        {
            Assert.Equal("1", context.Request.Query["stdin"]);
            Assert.Equal(["v5.channel.k8s.io"], context.WebSockets.WebSocketRequestedProtocols);
            var buffer = new byte[1 << 20];
            while (!closed)
            {
                var frame = await socket.ReceiveAsync(buffer, Cancellation);
                largest = Math.Max(largest, frame.Count);
                closed = buffer[0] == 255 && buffer[1] == 0 && frame.Count == 2;
                if (!closed)
                {
                    Assert.Equal(0, buffer[0]);
                    received.Write(buffer.AsSpan(1, frame.Count - 1));
                }
            }

            await EndAsync(socket);
        });
        using var connection = server.Open();
        var input = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 40_000)));

        var result = await PodExec.CaptureAsync(connection, Pod, ["cat"], new MemoryStream(input), Cancellation);

        Assert.Equal(0, result.ExitCode);
        Assert.True(closed);
        Assert.Equal(input, received.ToArray());
        Assert.InRange(largest, 1, 32 * 1024);
    }

    [Fact]
    public async Task On_a_server_that_knows_only_v4_input_of_known_length_is_ended_by_head()
    {
        var commands = new List<string?[]>();
        var offers = new List<string>();
        await using var server = await TestServer.StartAsync(async context =>
        {
            offers.Add(string.Join(',', context.WebSockets.WebSocketRequestedProtocols));
            if (!context.WebSockets.WebSocketRequestedProtocols.Contains("v4.channel.k8s.io"))
            {
                context.Response.StatusCode = 403;
                return;
            }

            commands.Add(context.Request.Query["command"].ToArray());
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            var frame = await socket.ReceiveAsync(new byte[100], Cancellation);
            Assert.Equal(6, frame.Count);
            await EndAsync(socket);
        });
        using var connection = server.Open();

        var first = await PodExec.CaptureAsync(connection, Pod, ["cat", "-"], new MemoryStream("hello"u8.ToArray()), Cancellation);
        var second = await PodExec.CaptureAsync(connection, Pod, ["cat", "-"], new MemoryStream("hello"u8.ToArray()), Cancellation);

        Assert.Equal(0, first.ExitCode + second.ExitCode);
        Assert.Equal(["sh", "-c", "head -c \"$0\" | \"$@\"", "5", "cat", "-"], commands[0]);
        Assert.Equal(["v5.channel.k8s.io", "v4.channel.k8s.io", "v4.channel.k8s.io"], offers);
    }

    [Fact]
    public async Task On_a_server_that_knows_only_v4_input_of_unknown_length_is_refused_before_anything_runs()
    {
        var accepted = 0;
        await using var server = await TestServer.StartAsync(context =>
        {
            accepted += context.WebSockets.WebSocketRequestedProtocols.Contains("v4.channel.k8s.io") ? 1 : 0;
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        using var connection = server.Open();
        await using var endless = new EndlessInput();

        var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, Pod, ["cat"], endless, Cancellation));

        Assert.Equal("InputNotSupported", error.Id);
        Assert.Equal(EngineErrorKind.NotSupported, error.Kind);
        Assert.Equal(0, accepted);
    }

    [Fact]
    public async Task A_server_that_chooses_no_protocol_is_refused()
    {
        await using var server = await TestServer.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await ((Task)socket.ReceiveAsync(new byte[10], CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, Pod, ["x"], null, Cancellation));

        Assert.Equal("ProtocolNotSupported", error.Id);
    }

    [Fact]
    public async Task Cancellation_ends_an_exec_at_once_and_drops_the_connection()
    {
        var dropped = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var server = await ExecServerAsync(async (_, socket) =>
        {
            await socket.SendAsync(1, "started");
            try
            {
                await socket.ReceiveAsync(new byte[10], CancellationToken.None);
            }
            catch (WebSocketException)
            {
                dropped.SetResult();
            }
        });
        using var connection = server.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = PodExec.RunAsync(
            connection,
            Pod,
            ["sleep", "1000"],
            new ExecStreams(new EndlessInput(), (_, _) => { started.TrySetResult(); return ValueTask.CompletedTask; }, (_, _) => ValueTask.CompletedTask),
            stop.Token);
        await started.Task.WaitAsync(Cancellation);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.InRange(watch.ElapsedMilliseconds, 0, Prompt.Milliseconds);
        await dropped.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    [Fact]
    public async Task The_close_handshake_is_answered()
    {
        var state = new TaskCompletionSource<WebSocketCloseStatus?>();
        await using var server = await ExecServerAsync(async (_, socket) =>
        {
            await socket.SendAsync(3, Success);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
            var answer = await socket.ReceiveAsync(new byte[10], Cancellation);
            state.SetResult(answer.CloseStatus);
        });
        using var connection = server.Open();

        await PodExec.CaptureAsync(connection, Pod, ["true"], null, Cancellation);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, await state.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
    }

    [Fact]
    public async Task A_slow_reader_holds_the_program_back_instead_of_filling_memory()
    {
        const int Piece = 256 * 1024;
        const int Pieces = 400;
        var sent = 0;
        var release = new TaskCompletionSource();
        await using var server = await ExecServerAsync(async (_, socket) =>
        {
            var piece = new byte[Piece];
            piece[0] = 1;
            for (; sent < Pieces; sent++)
            {
                await socket.SendPartAsync(piece, end: true);
            }

            await EndAsync(socket);
        });
        using var connection = server.Open();
        var received = 0L;
        var first = new TaskCompletionSource();

        var running = PodExec.RunAsync(
            connection,
            Pod,
            ["x"],
            new ExecStreams(null, async (bytes, _) => { first.TrySetResult(); await release.Task; received += bytes.Length; }, (_, _) => ValueTask.CompletedTask),
            Cancellation);
        await first.Task.WaitAsync(Cancellation);

        // What fits into the sockets' buffers goes through, then the server stands still: it never gets far.
        var before = -1;
        while (before != Volatile.Read(ref sent))
        {
            before = Volatile.Read(ref sent);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(150));
            await pause.WaitForNextTickAsync(Cancellation);
        }

        Assert.InRange(before, 0, Pieces / 2);
        release.SetResult();
        Assert.Equal(0, await running);
        Assert.Equal((long)(Piece - 1) * Pieces, received);
    }

    [Fact]
    public async Task A_refused_upgrade_is_told_with_the_servers_own_reason_and_the_rule_that_would_allow_it()
    {
        await using var server = await TestServer.StartAsync(context => context.StatusAsync(
            403, "Forbidden", "pods \"kafka-0\" is forbidden: User \"tenant\" cannot get resource \"pods/exec\" in API group \"\" in the namespace \"the-project\""));
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, Pod, ["x"], new MemoryStream(), Cancellation));

        Assert.Equal(EngineErrorKind.PermissionDenied, error.Kind);
        Assert.Contains("User \"tenant\" cannot get resource \"pods/exec\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("{ apiGroups: [\"\"], resources: [\"pods/exec\"], verbs: [\"get\", \"create\"] }", error.Advice, StringComparison.Ordinal);
        Assert.Contains("namespace the-project", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_made_of_pieces_that_end_anywhere()
    {
        var text = Encoding.UTF8.GetBytes("zwölf\r\nelf\nlast");
        await using var server = await ExecServerAsync(async (_, socket) =>
        {
            foreach (var part in text)
            {
                await socket.SendPartAsync([1, part], end: true);
            }

            await socket.SendAsync(2, "oops\n");
            await EndAsync(socket);
        });
        using var connection = server.Open();
        var lines = new List<ExecLine>();

        await PodExec.RunLinesAsync(connection, Pod, ["x"], null, (line, _) => { lines.Add(line); return ValueTask.CompletedTask; }, Cancellation);

        Assert.Equal([new(false, "zwölf"), new(false, "elf"), new(true, "oops"), new(false, "last")], lines);
    }

    [Fact]
    public async Task Arguments_and_input_stay_out_of_the_trace()
    {
        await using var server = await ExecServerAsync((_, socket) => EndAsync(socket));
        var observer = new RecordingObserver();
        using var connection = server.Open(observer);

        await PodExec.CaptureAsync(connection, Pod, ["login", "--password", "hunter2"], null, Cancellation);

        Assert.Equal("GET /api/v1/namespaces/the-project/pods/kafka-0/exec 101", Assert.Single(observer.Calls));
    }

    [Theory]
    [InlineData("the-project/../x", "kafka-0", null)]
    [InlineData("the-project", "kafka-0?x=", null)]
    [InlineData("the-project", "kafka-0", "a/b")]
    public async Task Names_that_could_lead_elsewhere_are_refused_before_any_call(string inNamespace, string pod, string? container)
    {
        var calls = 0;
        await using var server = await TestServer.StartAsync(_ =>
        {
            calls++;
            return Task.CompletedTask;
        });
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => PodExec.CaptureAsync(connection, new PodTarget(inNamespace, pod, container), ["x"], null, Cancellation));

        Assert.Equal(EngineErrorKind.InvalidArgument, error.Kind);
        Assert.Equal(0, calls);
    }

    private static Task<TestServer> ExecServerAsync(Func<HttpContext, WebSocket, Task> play, string? protocol = null) => TestServer.StartAsync(async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol ?? context.WebSockets.WebSocketRequestedProtocols[0]);
        await play(context, socket);
    });

    private static async Task EndAsync(WebSocket socket)
    {
        await socket.SendAsync(3, Success);
        await socket.CloseWellAsync();
    }

    public enum Cut
    {
        BeforeAnything,
        AfterPartOfTheOutput,
        InTheMiddleOfAMessage,
        AfterTheStatusBeforeTheClose,
        WithACloseButNoStatus,
        WithAnErrorClose,
        WithHalfAStatus,
    }

    /// <summary>Input that has no length and brings nothing.</summary>
    private sealed class EndlessInput : MemoryStream
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
