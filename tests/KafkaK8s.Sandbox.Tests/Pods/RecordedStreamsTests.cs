using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Tests.Api;

namespace KafkaK8s.Sandbox.Tests.Pods;

/// <summary>Execs, attaches and port-forwards, held against what a real cluster answered to the same requests.</summary>
public sealed partial class RecordedStreamsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // A terminal's size needs a terminal, and what the v4 terminal printed was lost in the recording.
    private static readonly string[] Left = ["exec-resize-v5", "exec-tty-v4", "exec-forbidden", "portforward-spdy-tunnel", "portforward-no-protocol"];

    public static TheoryData<string> Names =>
        [.. Transcripts.Read("websocket.jsonl").Select(recorded => recorded.TextAt("name")!).Except(Left).DefaultIfEmpty("")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_stream_is_answered_as_it_was_recorded(string name)
    {
        Assert.SkipWhen(name.Length == 0, "../shared/kubernetes/transcripts isn't there");
        var recorded = Transcripts.Read("websocket.jsonl").Single(item => item.TextAt("name") == name);
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("kafka-test-client", """{"name": "kafka"}""");
        cluster.CreatePod("kafka-zookeeper-0", """{"name": "zookeeper"}""");
        cluster.CreatePod("bad-image", """{"name": "c", "image": "registry.invalid/none:1"}""");
        cluster.CreatePod("crashing", """{"name": "c", "command": ["exit", "3"]}""");
        await cluster.UntilReadyAsync("kafka-test-client");
        await cluster.UntilReadyAsync("kafka-zookeeper-0");
        await cluster.UntilAsync(
            ResourceKind.Pods, "crashing", pod => pod.ObjectsAt("status", "containerStatuses").FirstOrDefault().At("state", "waiting") is not null && Restarts(pod) > 0);

        var path = recorded.TextAt("request", "path")!;
        var protocols = (recorded.At("request", "protocols") as JsonArray ?? []).Select(protocol => protocol!.GetValue<string>()).ToList();
        if (!recorded.TextAt("response", "status")!.Contains("101", StringComparison.Ordinal))
        {
            var (status, body) = await RefusalAsync(cluster.Server, path, protocols);
            Assert.Equal((recorded.TextAt("response", "status")!.Split(' ')[1], recorded.TextAt("response", "body") ?? ""), (status, body));
            return;
        }

        using var socket = await ConnectAsync(cluster.Server, path, protocols);
        foreach (var frame in recorded.ObjectsAt("frames").Where(frame => frame.TextAt("from") == "client"))
        {
            await socket.SendAsync(ClientFrame(frame), WebSocketMessageType.Binary, true, Cancellation);
        }

        var (channels, close) = await ReceiveAsync(socket);
        Assert.Equal(recorded.TextAt("response", "protocol") is "" ? null : recorded.TextAt("response", "protocol"), socket.SubProtocol);
        Assert.Equal(Normal(Expected(recorded)), Normal(channels));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, close);
    }

    [Fact]
    public async Task An_exec_that_is_cut_never_tells_how_it_ended()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client");
        await cluster.UntilReadyAsync("client");
        using var socket = await ConnectAsync(
            cluster.Server, $"/api/v1/namespaces/{PracticeCluster.Namespace}/pods/client/exec?command=wait&stdout=1&stderr=1", ["v5.channel.k8s.io"]);
        var buffer = new byte[64];
        await socket.ReceiveAsync(buffer, Cancellation);

        cluster.Server.PodFaults.CutSessions(PracticeCluster.Namespace, "client");

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(buffer, Cancellation));
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_exec()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client");
        await cluster.UntilReadyAsync("client");
        using var socket = await ConnectAsync(
            cluster.Server, $"/api/v1/namespaces/{PracticeCluster.Namespace}/pods/client/exec?command=wait&stdout=1&stderr=1", ["v5.channel.k8s.io"]);
        await socket.ReceiveAsync(new byte[64], Cancellation);
        Assert.Equal(1, cluster.Server.PodFaults.OpenSessions(PracticeCluster.Namespace, "client"));

        socket.Abort();

        await cluster.Server.PodFaults.WhenNoSessionsAsync(PracticeCluster.Namespace, "client").WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private static long Restarts(JsonObject pod) => pod.ObjectsAt("status", "containerStatuses").First().NumberAt("restartCount") ?? 0;

    private static byte[] ClientFrame(JsonObject frame)
    {
        var channel = (byte)frame.NumberAt("channel")!;
        byte[] content = frame.NumberAt("closes") is { } closes ? [(byte)closes] : Encoding.UTF8.GetBytes(frame.TextAt("text")!);
        return [channel, .. content];
    }

    private static SortedDictionary<int, string> Expected(JsonObject recorded)
    {
        var channels = new SortedDictionary<int, string>();
        foreach (var frame in recorded.ObjectsAt("frames").Where(frame => frame.TextAt("from") == "server" && frame["channel"] is not null))
        {
            var channel = (int)frame.NumberAt("channel")!;
            var text = frame.TextAt("base64") is { } bytes ? Encoding.Latin1.GetString(Convert.FromBase64String(bytes)) : frame.TextAt("text")!;
            channels[channel] = channels.GetValueOrDefault(channel, "") + text;
        }

        return channels;
    }

    // How output is cut into frames is chance; ids are their own.
    private static string Normal(SortedDictionary<int, string> channels) => string.Join(
        '\n',
        channels.Select(channel => $"{channel.Key}: {Id().Replace(channel.Value, "ID")}"));

    private static async Task<(SortedDictionary<int, string> Channels, WebSocketCloseStatus? Close)> ReceiveAsync(ClientWebSocket socket)
    {
        var channels = new SortedDictionary<int, string>();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, Cancellation);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
                return (channels, received.CloseStatus);
            }

            Assert.InRange(received.Count, 1, (32 * 1024) + 1);
            channels[buffer[0]] = channels.GetValueOrDefault(buffer[0], "") + Encoding.Latin1.GetString(buffer, 1, received.Count - 1);
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(SandboxServer sandbox, string path, List<string> protocols)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Token(sandbox)}");
        protocols.ForEach(socket.Options.AddSubProtocol);
        using var handler = Handler();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await socket.ConnectAsync(new Uri($"wss://{sandbox.Address.Authority}{path}"), invoker, Cancellation);
        return socket;
    }

    private static async Task<(string Status, string Body)> RefusalAsync(SandboxServer sandbox, string path, List<string> protocols)
    {
        using var client = new HttpClient(Handler());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{sandbox.Address.ToString().TrimEnd('/')}{path}") { Version = new Version(1, 1) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Token(sandbox)}");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", string.Join(", ", protocols));
        using var response = await client.SendAsync(request, Cancellation);
        return (((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), await response.Content.ReadAsStringAsync(Cancellation));
    }

    // Who serves is proved elsewhere.
    private static SocketsHttpHandler Handler() =>
        new() { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };

    private static string Token(SandboxServer sandbox) => TokenLine().Match(sandbox.KubeConfigYaml).Groups[1].Value;

    [GeneratedRegex("token: (.+)")]
    private static partial Regex TokenLine();

    [GeneratedRegex("[0-9a-f]{64}|cni-[0-9a-f-]{36}|(?<=netns/)[0-9a-f]{8}")]
    private static partial Regex Id();
}
