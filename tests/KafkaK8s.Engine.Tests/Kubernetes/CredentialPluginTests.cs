using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>Credential plugins are real programs here: small shell scripts beside the kubeconfig.</summary>
public sealed class CredentialPluginTests
{
    private const string V1 = "client.authentication.k8s.io/v1";

    public CredentialPluginTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugins of these tests are shell scripts.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arguments_environment_and_the_credential_request_arrive_as_they_are()
    {
        await using var server = await TestServer.StartAsync(AnswerAsync);
        Script(server, "plugin.sh", $$"""
            for argument in "$@"; do printf '%s\n' "$argument" >> arguments; done
            printf '%s' "$PLUGIN_MODE" > mode
            printf '%s' "$KUBERNETES_EXEC_INFO" > info
            {{Print("abc")}}
            """);
        using var connection = server.Open(
            cluster: "insecure-skip-tls-verify: true, tls-server-name: api, extensions: [ { name: client.authentication.k8s.io/exec, extension: { audience: x, number: 7, flag: true, text: '7' } } ]",
            user: $$"""{ exec: { apiVersion: {{V1}}, command: ./plugin.sh, args: [ "--name", "my cluster", "", "$(id)" ], env: [ { name: PLUGIN_MODE, value: "a b" } ], provideClusterInfo: true, interactiveMode: IfAvailable } }""");

        await CallAsync(connection);

        Assert.Equal(["--name", "my cluster", "", "$(id)"], await File.ReadAllLinesAsync(Path.Combine(server.Folder, "arguments"), Cancellation));
        Assert.Equal("a b", await File.ReadAllTextAsync(Path.Combine(server.Folder, "mode"), Cancellation));
        var info = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(server.Folder, "info"), Cancellation))!;
        Assert.Equal("ExecCredential", (string?)info["kind"]);
        Assert.Equal(V1, (string?)info["apiVersion"]);
        Assert.False((bool?)info["spec"]!["interactive"]);
        var cluster = info["spec"]!["cluster"]!;
        Assert.Equal(server.Address.ToString().TrimEnd('/'), (string?)cluster["server"]);
        Assert.Equal("api", (string?)cluster["tls-server-name"]);
        Assert.True((bool?)cluster["insecure-skip-tls-verify"]);
        Assert.Equal("""{"audience":"x","number":7,"flag":true,"text":"7"}""", cluster["config"]!.ToJsonString());
    }

    [Fact]
    public async Task Cluster_info_is_given_only_when_asked_for()
    {
        await using var server = await TestServer.StartAsync(AnswerAsync);
        Script(server, "plugin.sh", $"printf '%s' \"$KUBERNETES_EXEC_INFO\" > info\n{Print("abc")}");
        using var connection = server.Open(user: User());

        await CallAsync(connection);

        Assert.Equal(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}""",
            await File.ReadAllTextAsync(Path.Combine(server.Folder, "info"), Cancellation));
    }

    [Fact]
    public async Task It_runs_once_for_many_connections_and_calls_at_the_same_time()
    {
        var tokens = new List<string?>();
        await using var server = await TestServer.StartAsync(context =>
        {
            lock (tokens)
            {
                tokens.Add(context.Request.Headers.Authorization);
            }

            return AnswerAsync(context);
        });
        Script(server, "plugin.sh", $"echo run >> runs\n{Print("abc")}");
        using var first = server.Open(user: User());
        using var second = server.Open(user: User());

        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => CallAsync(number % 2 == 0 ? first : second)));

        Assert.Equal(10, tokens.Count);
        Assert.All(tokens, token => Assert.Equal("Bearer abc", token));
        Assert.Equal(1, Runs(server));
    }

    [Fact]
    public async Task A_refused_token_is_asked_for_once_more_and_then_named()
    {
        var accepted = "Bearer 2";
        await using var server = await TestServer.StartAsync(context => context.Request.Headers.Authorization == accepted
            ? AnswerAsync(context)
            : context.JsonAsync(401, """{"kind":"Status","message":"Unauthorized","code":401}"""));
        Script(server, "plugin.sh", $"echo run >> runs\n{Print("'$(wc -l < runs | tr -d ' ')'")}");
        using var connection = server.Open(user: User());

        await CallAsync(connection);
        Assert.Equal(2, Runs(server));

        accepted = "none";
        var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection));

        Assert.Equal("NotAuthenticated", error.Id);
        Assert.Contains("the exec plugin \"./plugin.sh\" of user \"tester\"", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Runs(server));
    }

    [Fact]
    public async Task It_runs_again_when_its_token_has_expired()
    {
        using var folder = new TemporaryDirectory();
        var clock = new SettableTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Script(folder.Path, "plugin.sh", $"echo run >> runs\n{Print("abc", ", \"expirationTimestamp\": \"2026-01-01T01:00:00Z\"")}");
        using var plugin = Plugin(folder.Path, time: clock);

        await plugin.GetAsync(Cancellation);
        clock.Now = new DateTimeOffset(2026, 1, 1, 0, 59, 49, TimeSpan.Zero);
        await plugin.GetAsync(Cancellation);
        Assert.Equal(1, Runs(folder.Path));

        clock.Now = new DateTimeOffset(2026, 1, 1, 0, 59, 51, TimeSpan.Zero);
        await plugin.GetAsync(Cancellation);
        Assert.Equal(2, Runs(folder.Path));
    }

    [Fact]
    public async Task It_may_give_a_client_certificate()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost", IPAddress.Loopback);
        using var client = authority.Issue("from the plugin");
        var shown = new List<string?>();
        await using var server = await TestServer.StartAsync(
            context =>
            {
                shown.Add(context.Connection.ClientCertificate?.Subject);
                return AnswerAsync(context);
            },
            certificate,
            asksForClientCertificate: true);
        var (pem, key) = TestAuthority.PemOf(client);
        var status = new JsonObject { ["clientCertificateData"] = pem, ["clientKeyData"] = key };
        await File.WriteAllTextAsync(
            Path.Combine(server.Folder, "credential"),
            new JsonObject { ["apiVersion"] = V1, ["kind"] = "ExecCredential", ["status"] = status }.ToJsonString(),
            Cancellation);
        Script(server, "plugin.sh", "cat credential");
        using var connection = server.Open(cluster: authority.AsClusterEntry, user: User());

        await CallAsync(connection);

        Assert.Equal(["CN=from the plugin"], shown);
    }

    [Theory]
    [InlineData("echo 'please run login' >&2; exit 3", "CredentialPluginFailed", "exit code 3: please run login")]
    [InlineData("echo not json", "CredentialPluginFailed", "can't be read as an ExecCredential")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"hunter2\"}}'", "CredentialPluginFailed", "other than an ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "CredentialPluginFailed", "neither a token nor a client certificate")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"hunter2\",\"expirationTimestamp\":\"soon\"}}'", "CredentialPluginFailed", "can't be read")]
    public async Task What_goes_wrong_is_told_in_its_own_words(string script, string id, string words)
    {
        await using var server = await TestServer.StartAsync(AnswerAsync);
        Script(server, "plugin.sh", script);
        using var connection = server.Open(user: User());

        var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection));

        Assert.Equal(id, error.Id);
        Assert.Equal(EngineErrorKind.Authentication, error.Kind);
        Assert.Contains("\"./plugin.sh\" of user \"tester\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.NotNull(error.Advice);
    }

    [Fact]
    public async Task A_plugin_that_hangs_is_ended_with_all_it_started()
    {
        using var folder = new TemporaryDirectory();
        Script(folder.Path, "plugin.sh", "echo $$ > pid\nsleep 1000 & echo $! >> pid\nwait");
        using var plugin = Plugin(folder.Path, timeout: TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<EngineException>(() => plugin.GetAsync(Cancellation).AsTask());

        Assert.Equal("CredentialPluginTimeout", error.Id);
        await Until(() => AreGone(folder.Path));
    }

    [Fact]
    public async Task Cancellation_ends_a_plugin_at_once()
    {
        using var folder = new TemporaryDirectory();
        Script(folder.Path, "plugin.sh", "echo $$ > pid\nsleep 1000 & echo $! >> pid\nwait");
        using var plugin = Plugin(folder.Path);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = plugin.GetAsync(stop.Token).AsTask();
        var pids = Path.Combine(folder.Path, "pid");
        await Until(() => File.Exists(pids) && File.ReadAllLines(pids).Length == 2);

        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.InRange(watch.ElapsedMilliseconds, 0, Prompt.Milliseconds);
        await Until(() => AreGone(folder.Path));
    }

    [Theory]
    [InlineData("{ apiVersion: client.authentication.k8s.io/v1, command: kafkak8s-no-such-plugin, installHint: 'Get it from the shop.' }", "CredentialPluginNotFound", "Get it from the shop.")]
    [InlineData("{ apiVersion: client.authentication.k8s.io/v1, command: ./none.sh }", "CredentialPluginNotFound", "Install it")]
    [InlineData("{ apiVersion: client.authentication.k8s.io/v1, command: plugin.sh }", "CredentialPluginNotFound", "full path")]
    [InlineData("{ apiVersion: client.authentication.k8s.io/v1alpha1, command: ./plugin.sh }", "CredentialPluginNotSupported", "Update the plugin")]
    [InlineData("{ apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, interactiveMode: Always }", "CredentialPluginInteractive", "without a terminal")]
    public async Task A_plugin_that_can_not_be_run_is_told_before_anything_is_called(string exec, string id, string advice)
    {
        var calls = 0;
        await using var server = await TestServer.StartAsync(context =>
        {
            calls++;
            return AnswerAsync(context);
        });
        Script(server, "plugin.sh", Print("abc"));

        var error = await Assert.ThrowsAsync<EngineException>(async () =>
        {
            using var connection = server.Open(user: $"{{ exec: {exec} }}");
            await CallAsync(connection);
        });

        Assert.Equal(id, error.Id);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
        Assert.Equal(0, calls);
    }

    private static string User() => $"{{ exec: {{ apiVersion: {V1}, command: ./plugin.sh, interactiveMode: Never }} }}";

    private static string Print(string token, string more = "") =>
        $$$"""printf '%s' '{"kind":"ExecCredential","apiVersion":"{{{V1}}}","status":{"token":"{{{token}}}"{{{more}}}}}'""";

    private static void Script(TestServer server, string name, string text) => Script(server.Folder, name, text);

    private static void Script(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\ncd \"$(dirname \"$0\")\"\n{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static int Runs(TestServer server) => Runs(server.Folder);

    private static int Runs(string folder) => File.ReadAllLines(Path.Combine(folder, "runs")).Length;

    private static CredentialPlugin Plugin(string folder, TimeSpan? timeout = null, TimeProvider? time = null) => new(
        new KubeExecPlugin(V1, "./plugin.sh", [], [], null, false, null, folder),
        new KubeCluster("c", "https://c", null, false, null, null, null, "config"),
        "tester",
        timeout ?? TimeSpan.FromSeconds(60),
        time ?? TimeProvider.System);

    private static bool AreGone(string folder) =>
        File.ReadAllLines(Path.Combine(folder, "pid")).All(pid => !IsRunning(int.Parse(pid, CultureInfo.InvariantCulture)));

    /// <summary>A killed process may stay for a moment as a zombie, which runs no more.</summary>
    private static bool IsRunning(int pid)
    {
        try
        {
            var state = File.ReadAllText($"/proc/{pid}/stat");
            return state[state.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private static Task AnswerAsync(HttpContext context) => context.JsonAsync(200, """{"gitVersion":"v1.32.0"}""");

    private static async Task CallAsync(KubernetesConnection connection) => Assert.Equal("v1.32.0", await connection.GetServerVersionAsync(Cancellation));

    private sealed class SettableTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("kafkak8s-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
