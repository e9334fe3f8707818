using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests.Real;

/// <summary>The script <c>operate.ps1</c> beside this file, on pods whose programs are real processes, a row a Kafka version.</summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public class OperateTests(ITestOutputHelper output)
{
    private static string Script { get; } = Path.Combine(RepositoryRoot.Path, "tests", "KafkaK8s.Tests", "Real", "operate.ps1");

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_days_work_comes_out_the_same_on_every_version(string version)
    {
        await using var pods = await RealPods.StartAsync();
        await StandUpAsync(pods, version);

        var run = pods.Session.Run($"& '{Script}'");
        output.WriteLine(run.Screen);
        foreach (dynamic step in run.Output)
        {
            output.WriteLine($"{step}");
        }

        run.Succeeded();
    }

    private static async Task StandUpAsync(RealPods pods, string version)
    {
        if (version == "4.3.1")
        {
            await pods.CreateAsync(KraftPodsTests.Manifests());
            pods.Session.Run("Wait-KafkaCluster -Timeout 300").Succeeded();
            return;
        }

        pods.Session.Run(
            $$"""
            New-KafkaCluster -Preset {{(version == "1.1.1" ? "Article" : "Standard")}} -HeapOptions '-Xmx256M' -Timeout 600 -Configuration @{
                'group.initial.rebalance.delay.ms' = 0
                'offsets.topic.num.partitions' = 3
            }
            """).Succeeded();
    }
}
