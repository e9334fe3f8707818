namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>What kafka-configs of real brokers was heard to say of brokers' settings, beyond the recordings.</summary>
public sealed class BrokerConfigurationTests : IAsyncDisposable
{
    private readonly SimulatedCluster _cluster = new(new RunningClock(500));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_all_brokers_take_is_set_shown_and_removed(bool old)
    {
        await _cluster.StartAllAsync(old);
        string[] brokers = ["kafka-configs", "--bootstrap-server", "kafka:9092", "--entity-type", "brokers"];
        var (completed, header) = old
            ? ("Completed updating default config for brokers in the cluster,\n", "Default config for brokers in the cluster are:\n")
            : ("Completed updating default config for brokers in the cluster.\n", "Default configs for brokers in the cluster are:\n");

        Assert.Equal(new(0, header, ""), await RunAsync([.. brokers, "--describe", "--entity-default"]));
        Assert.Equal(new(0, completed, ""), await RunAsync([.. brokers, "--alter", "--entity-default", "--add-config", "min.insync.replicas=1,log.cleaner.threads=2"]));
        await RunAsync([.. brokers, "--alter", "--entity-name", "0", "--add-config", "log.cleaner.threads=3"]);
        Assert.Equal(
            new(
                0,
                header
                + "  log.cleaner.threads=2 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:log.cleaner.threads=2}\n"
                + "  min.insync.replicas=1 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1}\n",
                ""),
            await RunAsync([.. brokers, "--describe", "--entity-default"]));
        Assert.Equal(
            new(
                0,
                (old ? "Configs" : "Dynamic configs")
                + " for broker 0 are:\n  log.cleaner.threads=3 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:log.cleaner.threads=3, DYNAMIC_DEFAULT_BROKER_CONFIG:log.cleaner.threads=2, DEFAULT_CONFIG:log.cleaner.threads=1}\n",
                ""),
            await RunAsync([.. brokers, "--describe", "--entity-name", "0"]));
        Assert.Equal(new(1, "", "Invalid config(s): num.io.threads\n"), await RunAsync([.. brokers, "--alter", "--entity-default", "--delete-config", "num.io.threads"]));
        Assert.Equal(new(0, completed, ""), await RunAsync([.. brokers, "--alter", "--entity-default", "--delete-config", "min.insync.replicas,log.cleaner.threads"]));
        Assert.Equal(new(0, header, ""), await RunAsync([.. brokers, "--describe", "--entity-default"]));
    }

    private Task<SimulatedCluster.ProgramResult> RunAsync(string[] arguments) => _cluster.RunAsync("kafka-test-client", arguments);
}
