using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Tests.Pods;

namespace KafkaK8s.Sandbox.Tests.Controllers;

public sealed class ServiceProxyTests
{
    private const int Port = 2181;
    private const string Checked = """{"ports": [{"name": "client", "containerPort": 2181}], "readinessProbe": {"exec": {"command": ["check"]}, "periodSeconds": 1, "failureThreshold": 1}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_leads_to_one_address_whichever_pods_answer_there()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["db-0"] = false;
        cluster.Create(ResourceKind.Services, """{"metadata": {"name": "db"}, "spec": {"selector": {"app": "db"}, "ports": [{"port": 2181, "targetPort": "client"}]}}""");
        await using var proxied = ProxiedNames.Start(cluster.Store);
        var address = await proxied.UntilResolvedAsync("db");
        cluster.CreateSet("db", 1, Checked);
        var pod = (await cluster.UntilAsync(ResourceKind.Pods, "db-0", item => item.TextAt("status", "podIP") is not null)).TextAt("status", "podIP")!;
        using var server = new Greeter(pod, "the first");

        // Nobody is ready yet.
        await Assert.ThrowsAsync<SocketException>(() => AskAsync(address));

        cluster.Runtime.Healthy["db-0"] = true;
        await cluster.UntilReadyAsync("db-0");
        Assert.Equal("hello, the first", await UntilAnsweredAsync(address));

        // Another pod in its place, at an address of its own.
        cluster.Store.Delete(ResourceKind.Pods, PracticeCluster.Namespace, "db-0");
        server.Dispose();
        var next = await cluster.UntilAsync(ResourceKind.Pods, "db-0", item => item.IsRunningAndReady() && item.TextAt("status", "podIP") != pod);
        using var successor = new Greeter(next.TextAt("status", "podIP")!, "the second");
        Assert.Equal("hello, the second", await UntilAnsweredAsync(address));
        Assert.Equal([address], proxied.Names.Resolve("db", PracticeCluster.Namespace));

        cluster.Store.Delete(ResourceKind.Services, PracticeCluster.Namespace, "db");
        await proxied.UntilAsync(() => proxied.Names.Resolve("db", PracticeCluster.Namespace).Count == 0);
    }

    private static async Task<string> AskAsync(string address)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Parse(address), Port, Cancellation);
        await client.SendAsync("hello"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(new NetworkStream(client));
        client.Shutdown(SocketShutdown.Send);
        return await reader.ReadToEndAsync(Cancellation);
    }

    // A ready pod is behind its service a moment after it is ready, and one that is gone is not.
    private static async Task<string> UntilAnsweredAsync(string address)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            try
            {
                if (await AskAsync(address) is { Length: > 0 } answer)
                {
                    return answer;
                }
            }
            catch (Exception notYet) when (notYet is SocketException or IOException)
            {
            }

            await Task.Yield();
        }

        throw new TimeoutException($"nobody answers at {address}");
    }

    /// <summary>The names of a cluster with a proxy, as real pods have them.</summary>
    private sealed class ProxiedNames : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly PodAddresses _addresses = new();
        private readonly ServiceProxy _proxy;
        private readonly Task _work;

        private ProxiedNames(ObjectStore store)
        {
            _proxy = new ServiceProxy(store, _addresses);
            Names = new ClusterNames(store, _proxy);
            _work = Task.WhenAll(_proxy.RunAsync(_ending.Token), Names.WatchAsync(_ending.Token));
        }

        public ClusterNames Names { get; }

        public static ProxiedNames Start(ObjectStore store) => new(store);

        public async Task<string> UntilResolvedAsync(string name)
        {
            await UntilAsync(() => Names.Resolve(name, PracticeCluster.Namespace).Count == 1);
            return Names.Resolve(name, PracticeCluster.Namespace)[0];
        }

        public async Task UntilAsync(Func<bool> isSo)
        {
            var changed = new SemaphoreSlim(0);
            void Tell() => changed.Release();
            Names.Changed += Tell;
            while (!isSo())
            {
                await changed.WaitAsync(Cancellation);
            }

            Names.Changed -= Tell;
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _proxy.Dispose();
            _addresses.Dispose();
            _ending.Dispose();
        }
    }

    /// <summary>What a pod would listen with.</summary>
    private sealed class Greeter : IDisposable
    {
        private readonly TcpListener _listener;

        public Greeter(string address, string name)
        {
            _listener = new TcpListener(IPAddress.Parse(address), Port);
            _listener.Start();
            _ = AcceptAsync(name);
        }

        public void Dispose() => _listener.Dispose();

        private static async Task GreetAsync(Socket client, string name)
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            try
            {
                var words = await reader.ReadToEndAsync(Cancellation);
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"{words}, {name}"), Cancellation);
            }
            catch (IOException)
            {
                // The other side went away, and the next may ask.
            }
        }

        private async Task AcceptAsync(string name)
        {
            try
            {
                while (true)
                {
                    await GreetAsync(await _listener.AcceptSocketAsync(Cancellation), name);
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
