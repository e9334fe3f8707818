using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using k8s;
using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>Trust, credentials, proxies, impersonation: for requests and for execs alike.</summary>
public sealed class ConnectionTests
{
    private const string Version = """{"gitVersion":"v1.32.0"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_for_another_name_is_rejected_although_the_authority_is_right(bool byExec)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("example.com");
        await using var server = await TestServer.StartAsync(AnswerAsync, certificate);
        using var connection = server.Open(cluster: authority.AsClusterEntry);

        var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, byExec));

        Assert.Equal("ServerNotTrusted", error.Id);
        Assert.Equal(EngineErrorKind.Connection, error.Kind);
        Assert.Contains("for another name", error.Message, StringComparison.Ordinal);
        Assert.Contains(connection.Server, error.Message, StringComparison.Ordinal);
        Assert.Contains("\"test\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_tls_server_name_is_what_the_certificate_is_compared_with(bool byExec)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("example.com");
        await using var server = await TestServer.StartAsync(AnswerAsync, certificate);

        using var right = server.Open(cluster: $"{authority.AsClusterEntry}, tls-server-name: example.com");
        await CallAsync(right, byExec);

        using var wrong = server.Open(cluster: $"{authority.AsClusterEntry}, tls-server-name: example.org");
        Assert.Equal("ServerNotTrusted", (await Assert.ThrowsAsync<EngineException>(() => CallAsync(wrong, byExec))).Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_of_another_authority_is_rejected(bool byExec)
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("other authority");
        using var certificate = other.Issue("localhost", IPAddress.Loopback);
        await using var server = await TestServer.StartAsync(AnswerAsync, certificate);
        using var connection = server.Open(cluster: authority.AsClusterEntry);

        var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, byExec));

        Assert.Equal("ServerNotTrusted", error.Id);
        Assert.Contains("not signed by an authority", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_authority_in_the_kubeconfig_the_systems_own_are_asked()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost", IPAddress.Loopback);
        await using var server = await TestServer.StartAsync(AnswerAsync, certificate);
        using var connection = server.Open();

        Assert.Equal("ServerNotTrusted", (await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, false))).Id);
    }

    [Fact]
    public async Task An_expired_certificate_is_told_as_such()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost", IPAddress.Loopback, DateTimeOffset.UtcNow.AddDays(-1));
        await using var server = await TestServer.StartAsync(AnswerAsync, certificate);
        using var connection = server.Open(cluster: authority.AsClusterEntry);

        var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, false));

        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_right_certificate_is_trusted_and_so_is_any_where_the_kubeconfig_says_so(bool byExec)
    {
        using var authority = new TestAuthority();
        using var right = authority.Issue("localhost", IPAddress.Loopback);
        using var wrong = authority.Issue("example.com", notAfter: DateTimeOffset.UtcNow.AddDays(-1));
        await using var good = await TestServer.StartAsync(AnswerAsync, right);
        await using var bad = await TestServer.StartAsync(AnswerAsync, wrong);

        using var verified = good.Open(cluster: authority.AsClusterEntry);
        await CallAsync(verified, byExec);
        using var skipped = bad.Open(cluster: "insecure-skip-tls-verify: true");
        await CallAsync(skipped, byExec);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_certificate_is_shown_from_files_beside_the_kubeconfig(bool byExec)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost", IPAddress.Loopback);
        using var client = authority.Issue("tester");
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
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "my.crt"), pem, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "my.key"), key, Cancellation);
        using var connection = server.Open(cluster: authority.AsClusterEntry, user: "{ client-certificate: my.crt, client-key: my.key }");

        await CallAsync(connection, byExec);

        Assert.Equal(["CN=tester"], shown);
    }

    [Theory]
    [InlineData("{ token: abc }", "Bearer abc")]
    [InlineData("{ username: me, password: 'pä:ss' }", "Basic bWU6cMOkOnNz")]
    [InlineData("{}", null)]
    public async Task Tokens_and_passwords_are_sent_and_an_anonymous_user_sends_nothing(string user, string? expected)
    {
        var sent = new List<string?>();
        await using var server = await TestServer.StartAsync(context =>
        {
            sent.Add(context.Request.Headers.Authorization);
            return AnswerAsync(context);
        });
        using var connection = server.Open(user: user);

        await CallAsync(connection, byExec: false);
        await CallAsync(connection, byExec: true);

        Assert.Equal([expected, expected], sent);
    }

    [Fact]
    public async Task A_token_file_is_read_anew_for_every_call_and_wins_over_a_token()
    {
        var sent = new List<string?>();
        await using var server = await TestServer.StartAsync(context =>
        {
            sent.Add(context.Request.Headers.Authorization);
            return AnswerAsync(context);
        });
        var file = Path.Combine(server.Folder, "token");
        using var connection = server.Open(user: "{ tokenFile: token, token: old }");

        await File.WriteAllTextAsync(file, "first\n", Cancellation);
        await CallAsync(connection, byExec: false);
        await File.WriteAllTextAsync(file, "second\n", Cancellation);
        await CallAsync(connection, byExec: true);
        File.Delete(file);
        var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, byExec: false));

        Assert.Equal(["Bearer first", "Bearer second"], sent);
        Assert.Equal("KubeConfigFileMissing", error.Id);
        Assert.Equal(file, error.Target);
    }

    [Fact]
    public async Task Impersonation_is_sent_with_requests_and_execs()
    {
        var sent = new List<Dictionary<string, string>>();
        await using var server = await TestServer.StartAsync(context =>
        {
            sent.Add(context.Request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value.SelectMany(value => value!.Split(", "))), StringComparer.OrdinalIgnoreCase));
            return AnswerAsync(context);
        });
        using var connection = server.Open(user: "{ token: abc, as: tenant, as-uid: '7', as-groups: [ one, two ], as-user-extra: { 'example.com/Scope': [ a, b ] } }");

        await CallAsync(connection, byExec: false);
        await CallAsync(connection, byExec: true);

        Assert.Equal(2, sent.Count);
        Assert.All(sent, headers =>
        {
            Assert.Equal("tenant", headers["Impersonate-User"]);
            Assert.Equal("7", headers["Impersonate-Uid"]);
            Assert.Equal("one,two", headers["Impersonate-Group"]);
            Assert.Equal("a,b", headers["Impersonate-Extra-example.com%2FScope"]);
            Assert.StartsWith("KafkaK8s/", headers["User-Agent"], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_proxy_url_is_gone_through()
    {
        var asked = new List<string>();
        await using var proxy = await TestServer.StartAsync(context =>
        {
            asked.Add($"{context.Request.Host}{context.Request.Path}");
            return AnswerAsync(context);
        });
        await using var other = await TestServer.StartAsync(AnswerAsync);
        var file = Path.Combine(proxy.Folder, "config");
        await File.WriteAllTextAsync(file, TestServer.KubeConfigText(new Uri("http://api.invalid:6443"), $"proxy-url: \"{proxy.Address}\""), Cancellation);
        using var connection = KubernetesConnection.Open(new ConnectionOptions(file), new RecordingObserver(), KubeConfigSurroundings.Process);

        await CallAsync(connection, byExec: false);

        Assert.Equal(["api.invalid:6443/version"], asked);
    }

    [Fact]
    public async Task A_server_with_a_path_keeps_it()
    {
        var asked = new List<string?>();
        await using var server = await TestServer.StartAsync(context =>
        {
            asked.Add(context.Request.Path);
            return AnswerAsync(context);
        });
        var file = Path.Combine(server.Folder, "config");
        await File.WriteAllTextAsync(file, TestServer.KubeConfigText(new Uri(server.Address, "k8s/clusters/c-1")), Cancellation);
        using var connection = KubernetesConnection.Open(new ConnectionOptions(file), new RecordingObserver(), KubeConfigSurroundings.Process);

        await CallAsync(connection, byExec: false);
        await CallAsync(connection, byExec: true);

        Assert.Equal(["/k8s/clusters/c-1/version", "/k8s/clusters/c-1/api/v1/namespaces/n/pods/p/exec"], asked);
    }

    [Fact]
    public async Task A_refused_connection_names_server_and_context_at_once()
    {
        var port = FreePort();
        using var folder = new TemporaryFolder();
        using var connection = folder.Open(new Uri($"http://127.0.0.1:{port}"));

        foreach (var byExec in new[] { false, true })
        {
            var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, byExec));

            Assert.Equal("ServerUnreachable", error.Id);
            Assert.Contains($"http://127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
            Assert.Contains("\"test\"", error.Message, StringComparison.Ordinal);
            Assert.Contains("refused", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_told_as_such()
    {
        using var folder = new TemporaryFolder();
        using var connection = folder.Open(new Uri("https://api.invalid:6443"));

        var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, byExec: false));

        Assert.Equal("ServerUnreachable", error.Id);
        Assert.Contains("can't be resolved", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_an_error_within_ten_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var folder = new TemporaryFolder();
        using var plain = folder.Open(new Uri($"http://{silent.LocalEndpoint}"));
        using var secure = folder.Open(new Uri($"https://{silent.LocalEndpoint}"));

        var watch = Stopwatch.StartNew();
        var errors = await Task.WhenAll(
            Assert.ThrowsAsync<EngineException>(() => CallAsync(plain, byExec: false)),
            Assert.ThrowsAsync<EngineException>(() => CallAsync(plain, byExec: true)),
            Assert.ThrowsAsync<EngineException>(() => CallAsync(secure, byExec: false)));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
        Assert.Equal("ServerUnreachable", errors[0].Id);
        Assert.Equal("OutcomeUnknown", errors[1].Id);
        Assert.Equal("ServerUnreachable", errors[2].Id);
        Assert.Contains(silent.LocalEndpoint.ToString()!, errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_keeps_its_connection_to_the_server()
    {
        var connections = new HashSet<string>();
        await using var server = await TestServer.StartAsync(context =>
        {
            connections.Add(context.Connection.Id);
            return AnswerAsync(context);
        });

        for (var cmdlet = 0; cmdlet < 3; cmdlet++)
        {
            using var connection = server.Open();
            await CallAsync(connection, byExec: false);
        }

        Assert.Single(connections);
    }

    [Fact]
    public async Task A_refused_credential_is_named_and_never_shown()
    {
        await using var server = await TestServer.StartAsync(context => context.JsonAsync(401, """{"kind":"Status","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}"""));
        var observer = new RecordingObserver();
        using var connection = server.Open(observer, user: "{ token: hunter2 }");

        foreach (var byExec in new[] { false, true })
        {
            var error = await Assert.ThrowsAsync<EngineException>(() => CallAsync(connection, byExec));

            Assert.Equal("NotAuthenticated", error.Id);
            Assert.Equal(EngineErrorKind.Authentication, error.Kind);
            Assert.Contains("the token of user \"tester\"", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(observer.Calls, call => call.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_typed_client_takes_the_same_way()
    {
        string? authorization = null;
        await using var server = await TestServer.StartAsync(context =>
        {
            authorization = context.Request.Headers.Authorization;
            return context.JsonAsync(200, """{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"kafka-0"}}]}""");
        });
        var observer = new RecordingObserver();
        using var connection = server.Open(observer);

        var pods = await connection.Client.CoreV1.ListNamespacedPodAsync("the-project", cancellationToken: Cancellation);

        Assert.Equal("kafka-0", Assert.Single(pods.Items).Metadata.Name);
        Assert.Equal("Bearer abc", authorization);
        Assert.Equal("GET /api/v1/namespaces/the-project/pods?watch=false 200", Assert.Single(observer.Calls));
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task CallAsync(KubernetesConnection connection, bool byExec)
    {
        if (byExec)
        {
            Assert.Equal(0, (await PodExec.CaptureAsync(connection, new PodTarget("n", "p"), ["true"], null, Cancellation)).ExitCode);
        }
        else
        {
            Assert.Equal("v1.32.0", await connection.GetServerVersionAsync(Cancellation));
        }
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.JsonAsync(200, Version);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols[0]);
        await socket.SendAsync(3, """{"status":"Success"}""");
        await socket.CloseWellAsync();
    }

    /// <summary>A folder for a kubeconfig of a server that isn't ours.</summary>
    private sealed class TemporaryFolder : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("kafkak8s-").FullName;

        public KubernetesConnection Open(Uri server)
        {
            var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.yaml");
            File.WriteAllText(file, TestServer.KubeConfigText(server));
            return KubernetesConnection.Open(new ConnectionOptions(file), new RecordingObserver(), KubeConfigSurroundings.Process);
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
