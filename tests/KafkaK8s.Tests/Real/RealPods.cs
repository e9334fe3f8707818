using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using KafkaK8s.Sandbox;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Pods.Real;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests.Real;

/// <summary>A sandbox whose pods run real ZooKeeper and Kafka processes, and a session with the module that works there.</summary>
internal sealed partial class RealPods : IAsyncDisposable
{
    private readonly SandboxServer _sandbox;
    private readonly KubeConfigFile _kubeConfig;

    private RealPods(SandboxServer sandbox)
    {
        _sandbox = sandbox;
        _kubeConfig = new KubeConfigFile(sandbox.KubeConfigYaml);
        Session = OpenSession();
    }

    /// <summary>The session, whose namespace is the-project.</summary>
    public ModuleSession Session { get; }

    /// <summary>What goes wrong with its pods, on request.</summary>
    public PodFaults Faults => _sandbox.PodFaults;

    /// <summary>Starts one; the test is skipped where Java or Kafka is missing.</summary>
    public static async Task<RealPods> StartAsync()
    {
        var distribution = Distribution();
        var options = new SandboxOptions
        {
            Clock = SandboxClock.RunningAt(5),
            Runtime = surroundings => new RealRuntime(distribution, surroundings),
        };
        return new RealPods(await SandboxServer.StartAsync(options, TestContext.Current.CancellationToken));
    }

    /// <summary>Opens another session that works here, for what runs beside the first.</summary>
    public ModuleSession OpenSession()
    {
        var session = new ModuleSession();
        session.Run($"Set-KafkaContext -KubeConfig '{_kubeConfig.Path}' -Namespace the-project").Succeeded();
        return session;
    }

    /// <summary>Creates the resources of a file in YAML by plain requests to the API, as <c>kubectl create -f</c> does.</summary>
    public async Task CreateAsync(string manifests)
    {
        using var authority = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(Authority().Match(_sandbox.KubeConfigYaml).Groups[1].Value)));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        using var http = new HttpClient(handler) { BaseAddress = _sandbox.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token().Match(_sandbox.KubeConfigYaml).Groups[1].Value);
        foreach (var manifest in manifests.Split("\n---\n"))
        {
            using var body = new StringContent(manifest, Encoding.UTF8, "application/yaml");
            using var answer = await http.PostAsync(Path(manifest), body, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await _sandbox.DisposeAsync();
        _kubeConfig.Dispose();
    }

    private static KafkaDistribution Distribution()
    {
        try
        {
            return KafkaDistribution.Find();
        }
        catch (KafkaDistributionException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    private static string Path(string manifest) => Kind().Match(manifest).Groups[1].Value switch
    {
        "Namespace" => "/api/v1/namespaces",
        "Pod" => "/api/v1/namespaces/the-project/pods",
        "Service" => "/api/v1/namespaces/the-project/services",
        "StatefulSet" => "/apis/apps/v1/namespaces/the-project/statefulsets",
        var kind => throw new ArgumentException($"The test knows no path for {kind}."),
    };

    [GeneratedRegex("^kind: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Kind();

    [GeneratedRegex("certificate-authority-data: (.+)")]
    private static partial Regex Authority();

    [GeneratedRegex("token: (.+)")]
    private static partial Regex Token();
}
