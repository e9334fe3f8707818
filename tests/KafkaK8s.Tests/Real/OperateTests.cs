using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests.Real;

/// <summary>The script <c>operate.ps1</c> beside this file, on pods whose programs are real processes, a row a Kafka version.</summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public class OperateTests(ITestOutputHelper output)
{
    private const string Usual = "3.9.2";
    private const string Everything = "KAFKAK8S_FULL_MATRIX";

    private static string Script { get; } = Path.Combine(RepositoryRoot.Path, "tests", "KafkaK8s.Tests", "Real", "operate.ps1");

    [Theory]
    [InlineData(
        "1.1.1",
        "take the brokers' defaults for a new topic",
        "tell the defaults and the static settings",
        "tell the offset of a record that it reads",
        "send a record without a value (a tombstone)",
        "send headers, and print them")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_days_work_comes_out_the_same_on_every_version(string version, params string[] limits)
    {
        Assert.SkipUnless(
            version == Usual || Environment.GetEnvironmentVariable(Everything) is "1",
            $"It takes minutes, and {Usual} runs always: set {Everything}=1 to run every version.");
        await using var pods = await RealPods.StartAsync();
        await StandUpAsync(pods, version);

        var run = pods.Session.Run($"& '{Script}'");

        var steps = run.Output.Where(result => result.Properties["Step"] is not null).ToList();
        output.WriteLine(run.Screen);
        foreach (dynamic step in steps)
        {
            output.WriteLine($"{step.Step,3} {step.Seconds,5:0.0} s  {step.Words}");
        }

        run.Succeeded();
        Assert.True(steps.Count >= 60, $"There are {steps.Count} steps.");
        Assert.Equal(limits, run.Output.Except(steps).Select(limit => (string)((dynamic)limit).Limit));
        Assert.Contains("words-0: 7 -> 0 (-7)", run.Screen, StringComparison.Ordinal);
    }

    /// <summary>What each operation takes beside the bare program, in seconds. It is no test of anything, and runs when it is asked for.</summary>
    [Theory]
    [InlineData("1.1.1", "-Connection --zookeeper, kafka-zookeeper:2181 -ProducerOption --broker-list -Offsets kafka-run-class, kafka.tools.GetOffsetShell, --broker-list, kafka:9092")]
    [InlineData("3.9.2", "")]
    [InlineData("4.3.1", "-Folder /opt/kafka/bin/ -Suffix .sh")]
    public async Task What_each_operation_takes_beside_the_bare_program(string version, string parameters)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("KAFKAK8S_MEASURE") is "1", "It measures, and runs where KAFKAK8S_MEASURE is 1.");
        await using var pods = await RealPods.StartAsync();
        await StandUpAsync(pods, version);

        foreach (dynamic operation in pods.Session.Run($"& '{Script.Replace("operate", "measure", StringComparison.Ordinal)}' {parameters}").Succeeded())
        {
            output.WriteLine($"{version} | {operation.Operation} | {operation.Cmdlet} | {operation.Bare}");
        }
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
                'num.partitions' = 2
            }
            """).Succeeded();
    }
}
