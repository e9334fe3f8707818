using System.Globalization;

namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>What a simulated pod's disks show: whose they are, in the words of the recordings, and what can be connected to from a pod.</summary>
public sealed class DiskTests : IAsyncDisposable
{
    private const string Connect = "for a; do (exec 3<>\"/dev/tcp/${a%:*}/${a##*:}\" && echo \"$a\") 2>/dev/null & done; wait";

    private readonly SimulatedCluster _cluster = new(new RunningClock(200));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(true, "/opt/kafka/data/logs")]
    [InlineData(false, "/var/lib/kafka/data/logs")]
    public async Task A_brokers_disk_says_whose_it_is(bool old, string folder)
    {
        await _cluster.StartAllAsync(old);

        var answer = await _cluster.RunAsync("kafka-1", "cat", folder + "/meta.properties");
        var missing = await _cluster.RunAsync("kafka-1", "cat", "/etc/meta.properties");

        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToList();
        Assert.Equal(["broker.id=1", "version=0"], lines.Take(2));
        Assert.Equal(old ? 2 : 3, lines.Count);
        Assert.Equal((1, "cat: /etc/meta.properties: No such file or directory\n"), (missing.ExitCode, missing.Error));
    }

    [Fact]
    public async Task Only_addresses_where_something_listens_come_back()
    {
        await _cluster.StartAllAsync(old: false);
        var pod = _cluster["kafka-0"].Address;

        var answer = await _cluster.RunAsync(
            "kafka-test-client", "bash", "-c", Connect, "bash", "kafka-1.kafka-headless.test.svc.cluster.local:9092", "broker.example.com:9092", string.Create(CultureInfo.InvariantCulture, $"{pod}:9092"), $"{pod}:9093");

        Assert.Equal(["kafka-1.kafka-headless.test.svc.cluster.local:9092", $"{pod}:9092"], answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_disk_that_is_no_claim_is_refused_honestly()
    {
        await _cluster.StartAllAsync(old: false);

        var answer = await _cluster.RunAsync("kafka-0", "df", "-h");

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("a simulated pod knows df -Pk PATH only", answer.Error, StringComparison.Ordinal);
    }
}
