using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>A running release that the tests of a class share.</summary>
public abstract class RealKafka(string version, int brokers = 1) : IAsyncLifetime
{
    private readonly string? _missing = KafkaDistribution.WhatIsMissing(version);
    private KafkaDistribution? _distribution;
    private KafkaServer? _server;

    /// <summary>Runs the programs.</summary>
    internal LocalRunner Runner { get; private set; } = null!;

    /// <summary>The release.</summary>
    public string Version { get; } = version;

    /// <summary>What is tested.</summary>
    public IKafkaOperations Operations { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (_missing is not null)
        {
            return;
        }

        _distribution = new KafkaDistribution(Version);
        _server = Version.StartsWith('4') ? await KafkaServer.StartAloneAsync(_distribution, brokers) : await KafkaServer.StartWithZookeeperAsync(_distribution, brokers);
        Runner = new LocalRunner(_distribution);
        var access = new KafkaAccess(
            new ClusterIdentity("real"), [new ToolPod("here", null, Version, IsReady: true, IsClient: true)], _server.Zookeeper, _server.Bootstrap);
        Operations = await ToolOperations.OpenAsync(new ToolCatalog(), _ => Runner, access, new RecordingObserver(), TestContext.Current.CancellationToken);
    }

    /// <summary>Skips the test where the release can't run. A test can be skipped, what it shares with others can't.</summary>
    internal RealKafka OrSkip()
    {
        Assert.SkipUnless(_missing is null, _missing ?? "");
        return this;
    }

    /// <summary>What a program prints, to see what the operations left behind.</summary>
    internal async Task<string> RunAsync(string tool, IEnumerable<string> arguments)
    {
        var output = new TextCollector();
        var exitCode = await Runner.RunAsync(
            new ProgramCall(ToolEnvironment.Run(tool, ["--bootstrap-server", _server!.Bootstrap, .. arguments]), null, output.AddAsync, (_, _) => ValueTask.CompletedTask),
            TestContext.Current.CancellationToken);
        Assert.Equal(0, exitCode);
        return output.Text.Trim();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _distribution?.Dispose();
    }
}

/// <summary>Kafka 1.1.1 with ZooKeeper 3.4.10.</summary>
public sealed class Kafka111() : RealKafka("1.1.1");

/// <summary>Kafka 3.9.2 with ZooKeeper 3.8.4.</summary>
public sealed class Kafka392() : RealKafka("3.9.2");

/// <summary>Kafka 4.3.1, without ZooKeeper.</summary>
public sealed class Kafka431() : RealKafka("4.3.1");
