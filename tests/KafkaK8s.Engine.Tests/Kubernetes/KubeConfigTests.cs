using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Tests.Kubernetes;

public sealed class KubeConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kafkak8s-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_in_KUBECONFIG_are_merged_and_the_first_that_has_an_entry_wins()
    {
        var first = Write("a/config", Config("one", "https://first:6443", user: "u", extra: "{ token: first }", current: null));
        var second = Write("b/config", Config("one", "https://second:6443", user: "u", extra: "{ token: second }", current: "two"));
        var third = Write("c/config", Config("two", "https://two:6443", user: "v", extra: "{ token: third }", current: "one"));
        _environment["KUBECONFIG"] = string.Join(Path.PathSeparator, "", first, Path.Combine(_folder, "missing"), second, third, "");

        var config = Load();

        Assert.Equal(["one", "two"], config.Contexts.Select(context => context.Name));
        Assert.Equal("two", config.CurrentContext);
        Assert.Equal("two", config.Contexts.Single(context => context.IsCurrent).Name);
        Assert.Equal([first, second, third], config.Files);
        var one = config.Resolve("one");
        Assert.Equal("https://first:6443", one.Cluster.Server);
        Assert.Equal("first", one.User!.Token);
        Assert.Equal("https://two:6443", config.Resolve(null).Cluster.Server);
    }

    [Fact]
    public void An_empty_KUBECONFIG_is_as_none_and_the_home_folder_has_the_file()
    {
        var usual = Write(".kube/config", Config("home", "https://home:6443"));
        _environment["KUBECONFIG"] = "";

        Assert.Equal([usual], Load().Files);
    }

    [Fact]
    public void A_file_that_is_named_is_the_only_one_read()
    {
        _environment["KUBECONFIG"] = Write("a", Config("other", "https://other:6443"));
        var named = Write("b", Config("named", "https://named:6443"));

        Assert.Equal(["named"], Load(named).Contexts.Select(context => context.Name));
    }

    [Fact]
    public void Contexts_show_cluster_user_namespace_and_server()
    {
        var file = Write("config", """
            current-context: b
            contexts:
            - name: b
              context: { cluster: c, user: u, namespace: n }
            - name: a
              context: { cluster: gone }
            clusters:
            - name: c
              cluster: { server: "https://c:6443" }
            users:
            - name: u
              user: {}
            """);

        Assert.Equal(
            [new KubeContext("a", "gone", null, null, null, false), new KubeContext("b", "c", "u", "n", "https://c:6443", true)],
            Load(file).Contexts);
    }

    [Fact]
    public void A_kubeconfig_may_be_JSON()
    {
        var file = Write("config", """{"apiVersion":"v1","kind":"Config","current-context":"a","contexts":[{"name":"a","context":{"cluster":"c"}}],"clusters":[{"name":"c","cluster":{"server":"https://c:6443","insecure-skip-tls-verify":true}}]}""");

        Assert.True(Load(file).Resolve(null).Cluster.SkipTlsVerify);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    [InlineData("contexts:\nclusters: null\nusers: []\n")]
    public void An_empty_file_is_an_empty_kubeconfig(string text)
    {
        var config = Load(Write("config", text));

        Assert.Empty(config.Contexts);
        Assert.Equal("NoCurrentContext", Assert.Throws<EngineException>(() => config.Resolve(null)).Id);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(_folder, "missing");

        var named = Assert.Throws<EngineException>(() => Load(path));
        Assert.Equal("KubeConfigNotFound", named.Id);
        Assert.Contains(path, named.Message, StringComparison.Ordinal);
        Assert.NotNull(named.Advice);

        _environment["KUBECONFIG"] = path;
        Assert.Equal("KubeConfigNotFound", Assert.Throws<EngineException>(() => Load()).Id);

        _environment.Clear();
        var none = Assert.Throws<EngineException>(() => Load());
        Assert.Equal("KubeConfigNotFound", none.Id);
        Assert.Contains(Path.Combine(_folder, ".kube", "config"), none.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contexts:\n- name: a\n  context: {cluster: [}\n", 3)]
    [InlineData("- a\n- b\n", 1)]
    [InlineData("contexts:\n  a: b\n", 2)]
    [InlineData("clusters:\n- name: a\n  cluster: {}\n", 3)]
    [InlineData("contexts:\n- context: {cluster: a}\n", 2)]
    [InlineData("contexts:\n- name: a\n  context: {cluster: c}\n- name: a\n  context: {cluster: c}\n", 4)]
    [InlineData("clusters:\n- name: a\n  cluster:\n    server: https://a\n    insecure-skip-tls-verify: maybe\n", 5)]
    [InlineData("clusters:\n- name: a\n  cluster:\n    server: https://a\n    certificate-authority-data: '***'\n", 5)]
    [InlineData("users:\n- name: a\n  user:\n    token: {a: b}\n", 4)]
    [InlineData("users:\n- name: a\n  user:\n    as-groups: [admins]\n", 4)]
    public void A_malformed_file_is_named_with_its_line(string text, int line)
    {
        var file = Write("config", text);

        var error = Assert.Throws<EngineException>(() => Load(file));

        Assert.Equal("KubeConfigMalformed", error.Id);
        Assert.Equal(EngineErrorKind.InvalidData, error.Kind);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains($"line {line}:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_is_not_there_is_told_with_those_that_are()
    {
        var config = Load(Write("config", Config("kind-Kind", "https://a:6443")));

        var error = Assert.Throws<EngineException>(() => config.Resolve("kind-kind"));

        Assert.Equal("ContextNotFound", error.Id);
        Assert.Equal("kind-kind", error.Target);
        Assert.Contains("It has: kind-Kind.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cluster", "clusters: []\nusers: [ { name: u, user: {} } ]")]
    [InlineData("user", "clusters: [ { name: c, cluster: { server: 'https://c' } } ]")]
    public void A_context_whose_cluster_or_user_is_missing_is_malformed(string what, string rest)
    {
        var config = Load(Write("config", $"contexts: [ {{ name: a, context: {{ cluster: c, user: u }} }} ]\n{rest}\n"));

        var error = Assert.Throws<EngineException>(() => config.Resolve("a"));

        Assert.Equal("KubeConfigMalformed", error.Id);
        Assert.Contains($"the {what} \"{what[0]}\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate-authority: pki/ca.crt", "{ token: abc }", "pki/ca.crt")]
    [InlineData("", "{ client-certificate: my.crt, client-key: my.key }", "my.crt")]
    public void A_file_that_is_named_and_missing_is_told_relative_to_the_kubeconfig(string cluster, string user, string missing)
    {
        var file = Write("folder/config", TestServer.KubeConfigText(new Uri("https://localhost:1"), cluster, user));

        var error = Assert.Throws<EngineException>(() => KubernetesConnection.Open(new ConnectionOptions(file), new RecordingObserver(), Surroundings));

        Assert.Equal("KubeConfigFileMissing", error.Id);
        Assert.Equal(Path.GetFullPath(Path.Combine(_folder, "folder", missing)), error.Target);
    }

    [Theory]
    [InlineData("gcp", "gke-gcloud-auth-plugin")]
    [InlineData("azure", "kubelogin convert-kubeconfig")]
    [InlineData("oidc", "exec plugin")]
    public void An_auth_provider_is_refused_with_what_took_its_place(string provider, string advice)
    {
        var file = Write("config", TestServer.KubeConfigText(new Uri("https://localhost:1"), user: $"{{ auth-provider: {{ name: {provider} }} }}"));

        var error = Assert.Throws<EngineException>(() => KubernetesConnection.Open(new ConnectionOptions(file), new RecordingObserver(), Surroundings));

        Assert.Equal("AuthProviderNotSupported", error.Id);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_pod_the_service_account_is_the_kubeconfig()
    {
        Write("account/token", "secret");
        Write("account/ca.crt", "-----");
        Write("account/namespace", "the-project\n");
        _environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _environment["KUBERNETES_SERVICE_PORT"] = "443";

        var config = Load();

        Assert.True(config.IsInCluster);
        var context = config.Resolve(null);
        Assert.Equal("https://[fd00::1]:443", context.Cluster.Server);
        Assert.Equal("the-project", context.Context.Namespace);
        Assert.Equal(Path.Combine(_folder, "account", "token"), context.User!.TokenFile);
        Assert.Equal(Path.Combine(_folder, "account", "ca.crt"), context.Cluster.CertificateAuthority!.File);
    }

    [Theory]
    [InlineData(null, null, "default")]
    [InlineData("mine", null, "mine")]
    [InlineData("mine", "asked", "asked")]
    public void The_namespace_is_the_one_asked_for_then_the_contexts_then_default(string? own, string? asked, string expected)
    {
        var file = Write("config", Config("a", "https://a:6443", inNamespace: own));

        using var connection = KubernetesConnection.Open(new ConnectionOptions(file, Namespace: asked), new RecordingObserver(), Surroundings);

        Assert.Equal(expected, connection.Namespace);
    }

    [Fact]
    public void A_namespace_that_can_not_be_one_is_refused()
    {
        var file = Write("config", Config("a", "https://a:6443"));

        var error = Assert.Throws<EngineException>(() => KubernetesConnection.Open(new ConnectionOptions(file, Namespace: "A/../b"), new RecordingObserver(), Surroundings));

        Assert.Equal("InvalidNamespaceName", error.Id);
    }

    [Fact]
    public void The_same_content_shares_credentials_and_connections_and_other_content_does_not()
    {
        var first = Write("a/config", Config("a", "https://same:6443"));
        var second = Write("b/config", Config("a", "https://same:6443"));
        var other = Write("c/config", Config("a", "https://same:6443", extra: "{ token: other }"));

        using var one = Open(first);
        using var two = Open(second);
        using var three = Open(other);

        Assert.Same(one.Access, two.Access);
        Assert.NotSame(one.Access, three.Access);
    }

    private KubernetesConnection Open(string file) => KubernetesConnection.Open(new ConnectionOptions(file), new RecordingObserver(), Surroundings);

    private KubeConfigSurroundings Surroundings => new(_environment.GetValueOrDefault, _folder, Path.Combine(_folder, "account"));

    private KubeConfig Load(string? path = null) => KubeConfig.Load(path, Surroundings);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Config(string name, string server, string user = "u", string extra = "{ token: abc }", string? current = "", string? inNamespace = null) =>
        $$"""
        {{(current is null ? "" : $"current-context: {(current.Length > 0 ? current : name)}")}}
        contexts: [ { name: {{name}}, context: { cluster: {{name}}, user: {{user}}{{(inNamespace is null ? "" : $", namespace: {inNamespace}")}} } } ]
        clusters: [ { name: {{name}}, cluster: { server: "{{server}}" } } ]
        users: [ { name: {{user}}, user: {{extra}} } ]
        """;
}
