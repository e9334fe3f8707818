[assembly: AssemblyFixture(typeof(KafkaK8s.Tests.Hosting.ReadyCluster))]

namespace KafkaK8s.Tests.Hosting;

/// <summary>The cluster that most tests ask: standing and ready, in the namespace the-project, with a topic of its own for every test that wants one.</summary>
public sealed class ReadyCluster : PracticeCluster
{
    private int _topics;

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        using var session = Session();
        session.Run("New-KafkaCluster -Namespace the-project").Succeeded();
    }

    /// <summary>Creates a topic that no other test knows.</summary>
    internal string Topic(ModuleSession session, int partitions = 1)
    {
        var name = $"topic-{Interlocked.Increment(ref _topics)}";
        session.Run($"New-KafkaTopic {name} -Partitions {partitions} -ReplicationFactor 1").Succeeded();
        return name;
    }
}
