using System.Text.Json;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>The simulated zookeeper-shell answers what the real one did on a cluster of the brokers 0 and 2, without times, ids and addresses.</summary>
public sealed partial class ZooKeeperShellTests : IAsyncDisposable
{
    private readonly SimulatedCluster _cluster = new(new RunningClock(200));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public async Task It_answers_word_for_word(string version)
    {
        var isOld = version == "1.1.1";
        var client = await _cluster.StartAsync("kafka-test-client", isOld ? SimulatedCluster.OldKafka : SimulatedCluster.NewKafka, ["sh", "-c", "exec tail -f /dev/null"], []);
        for (var ordinal = 0; ordinal < 3; ordinal++)
        {
            await (await (isOld ? _cluster.StartOldZooKeeperAsync(ordinal) : _cluster.StartNewZooKeeperAsync(ordinal))).WaitForPortAsync(2181);
        }

        await CompareAsync(version, "none", client, "kafka-zookeeper:2181");
        foreach (var ordinal in new[] { 0, 2 })
        {
            await (await (isOld ? _cluster.StartOldBrokerAsync(ordinal) : _cluster.StartNewBrokerAsync(ordinal))).WaitForPortAsync(9092);
        }

        await CompareAsync(version, "brokers", client, "kafka-zookeeper:2181");
        await CompareAsync(version, "refused", client, "127.0.0.1:1");
    }

    [Fact]
    public async Task The_controller_is_another_when_the_first_one_stops()
    {
        await _cluster.StartAllAsync(old: false);
        var first = await ControllerAsync();

        await _cluster.StopAsync($"kafka-{first}");

        Assert.NotEqual(first, await ControllerAsync());

        async Task<int> ControllerAsync()
        {
            var answer = await _cluster.RunAsync("kafka-test-client", "zookeeper-shell", "kafka-zookeeper:2181", "get", "/controller");
            return JsonDocument.Parse(answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement.GetProperty("brokerid").GetInt32();
        }
    }

    private static async Task CompareAsync(string version, string name, SimulatedCluster.RunningPod pod, string address)
    {
        var real = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "zookeeper-shell.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Single(line => line.GetProperty("kafka").GetString() == version && line.GetProperty("name").GetString() == "zookeeper-shell-" + name);

        var simulated = await pod.RunAsync(real.GetProperty("stdin").GetString(), "zookeeper-shell", address);

        Assert.Equal(real.GetProperty("exitCode").GetInt32(), simulated.ExitCode);
        Assert.Equal(Plain(real.GetProperty("stdout").GetString()!), Plain(simulated.Output));
        Assert.Equal(Plain(real.GetProperty("stderr").GetString()!), Plain(simulated.Error));
    }

    private static string Plain(string text) => Own().Replace(Rack().Replace(text, ""), "X");

    // The simulated brokers have no rack; each side has its own times, ids and addresses, and with them its own lengths.
    [GeneratedRegex("\"rack\":\"[^\"]*\",")]
    private static partial Regex Rack();

    [GeneratedRegex("""
        (?<=^Connecting to ).*$|(?<="id":")[^"]+|(?<="timestamp":")\d+|(?<="(?:host|endpoints)":).*?(?=,"(?:timestamp|jmx_port|version)")|(?<="port":)\d+|(?<=Zxid = |ephemeralOwner = 0x|time = |dataLength = ).+$|\[\d{4}-[^\]]*\]|(?<=for server )\S+:1(?=,)
        """, RegexOptions.Multiline)]
    private static partial Regex Own();
}
