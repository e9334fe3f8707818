using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What zookeeper-shell, kafka-metadata-quorum and kafka-broker-api-versions answered, and what a caller gets from it.</summary>
public sealed class BrokerTranscriptTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1.1", "127.0.0.1:23191", "127.0.0.1:23193")]
    [InlineData("3.9.2", "127.0.0.1:23291", "127.0.0.1:23293")]
    public async Task Zookeeper_tells_all_in_one_run(string version, string first, string second)
    {
        var transcript = Transcript.OfZookeeperShell(version, "brokers");
        var (kafka, runner) = await OpenAsync(version, pods: 3, _ => ScriptedAnswer.From(transcript));

        var registry = await kafka.Brokers.DescribeAsync(Cancellation);

        Assert.Equal(22, registry.ClusterId!.Length);
        Assert.Equal(0, registry.ControllerId);
        Assert.Equal([(0, first, null), (2, second, "eu-west-1a")], registry.Brokers.Select(broker => (broker.Id, broker.Address, broker.Rack)));
        Assert.All(registry.Brokers, broker => Assert.Equal("PLAINTEXT", Assert.Single(broker.Listeners).Name));
        Assert.Equal(["zookeeper-shell", "zk-0.zk:2181,zk-1.zk:2181"], Assert.Single(runner.Calls));
        Assert.Equal(transcript.Stdin, Assert.Single(runner.Inputs));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public async Task A_broker_that_no_pod_stands_for_is_asked_for_by_itself(string version)
    {
        // As with all three, without the answers about brokers 1 and 2.
        var (brokers, one) = (Transcript.OfZookeeperShell(version, "brokers"), Transcript.OfZookeeperShell(version, "one"));
        var known = ScriptedAnswer.From(brokers) with { Output = string.Concat(brokers.Stdout.Split('\n').SkipLast(2).Select(line => line + "\n")), Errors = "" };
        var (kafka, runner) = await OpenAsync(version, pods: 1, _ => known);
        var answers = new Queue<ScriptedAnswer>([known, ScriptedAnswer.From(one)]);
        (kafka, runner) = await OpenAsync(version, pods: 1, _ => answers.Dequeue());

        var registry = await kafka.Brokers.DescribeAsync(Cancellation);

        Assert.Equal([0, 2], registry.Brokers.Select(broker => broker.Id));
        Assert.Equal(one.Stdin, runner.Inputs[1]);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public async Task Where_no_broker_ever_was_there_is_neither_id_nor_controller(string version)
    {
        var (kafka, _) = await OpenAsync(version, pods: 3, _ => ScriptedAnswer.From(Transcript.OfZookeeperShell(version, "none")));

        var registry = await kafka.Brokers.DescribeAsync(Cancellation);

        Assert.Equal((null, null, 0), (registry.ClusterId, registry.ControllerId, registry.Brokers.Count));
    }

    [Theory]
    [InlineData("1.1.1", "refused")]
    [InlineData("1.1.1", "unknown-host")]
    [InlineData("3.9.2", "refused")]
    [InlineData("3.9.2", "unknown-host")]
    public async Task An_ensemble_out_of_reach_is_an_error_after_three_tries(string version, string name)
    {
        var (kafka, runner) = await OpenAsync(version, pods: 3, _ => ScriptedAnswer.From(Transcript.OfZookeeperShell(version, name)));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Brokers.DescribeAsync(Cancellation));

        Assert.Equal(("KafkaUnreachable", EngineErrorKind.Connection), (error.Id, error.Kind));
        Assert.Equal(3, runner.Calls.Count);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public async Task A_member_that_refused_is_not_the_last_word(string version)
    {
        var answers = new Queue<Transcript>([Transcript.OfZookeeperShell(version, "refused"), Transcript.OfZookeeperShell(version, "brokers")]);
        var (kafka, _) = await OpenAsync(version, pods: 3, _ => ScriptedAnswer.From(answers.Dequeue()));

        Assert.Equal(2, (await kafka.Brokers.DescribeAsync(Cancellation)).Brokers.Count);
    }

    [Theory]
    [InlineData("Something else")]
    [InlineData("{\"version\":\"1\"}")]
    public async Task A_line_that_nobody_understands_is_shown(string line)
    {
        var brokers = Transcript.OfZookeeperShell("3.9.2", "brokers");
        var garbled = ScriptedAnswer.From(brokers) with { Output = System.Text.RegularExpressions.Regex.Replace(brokers.Stdout, "^.*\"id\".*$", line, System.Text.RegularExpressions.RegexOptions.Multiline) };
        var (kafka, _) = await OpenAsync("3.9.2", pods: 3, _ => garbled);

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Brokers.DescribeAsync(Cancellation));

        Assert.Equal("UnreadableOutput", error.Id);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_zookeeper_the_quorum_and_the_brokers_tell()
    {
        var (quorum, versions) = (Transcript.Of("4.3.1", "quorum-status"), Transcript.Of("4.3.1", "api-versions"));
        var (kafka, runner) = await OpenAsync("4.3.1", pods: 3, arguments => ScriptedAnswer.From(arguments[0] == "kafka-metadata-quorum" ? quorum : versions), zookeeper: null);

        var registry = await kafka.Brokers.DescribeAsync(Cancellation);

        Assert.Equal(("kJmS23SsQECm1KRvSiamvQ", 0), (registry.ClusterId, registry.ControllerId));
        Assert.Equal(
            [(0, "127.0.0.1:19292"), (1, "127.0.0.1:19293"), (2, "127.0.0.1:19294")], registry.Brokers.Select(broker => (broker.Id, broker.Address)));
        Assert.Equal(2, runner.Calls.Count);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public void Releases_before_4_print_their_brokers_in_a_form_of_their_own(string version) =>
        Assert.Equal([0, 1, 2], BrokerVersionsReader.Read(TextLines.Of(Transcript.Of(version, "api-versions").Stdout)).Select(broker => broker.Id));

    [Fact]
    public async Task Programs_before_3_3_can_not_tell_without_zookeeper()
    {
        var (kafka, _) = await OpenAsync("3.2.3", pods: 3, _ => new ScriptedAnswer(), zookeeper: null);

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Brokers.DescribeAsync(Cancellation));

        Assert.Equal(("BrokersUnknown", EngineErrorKind.NotSupported), (error.Id, error.Kind));
    }

    private static async Task<(IKafkaOperations Operations, ScriptedRunner Runner)> OpenAsync(
        string version, int pods, Func<IReadOnlyList<string>, ScriptedAnswer> script, string? zookeeper = "zk-0.zk:2181,zk-1.zk:2181")
    {
        var runner = new ScriptedRunner(arguments =>
            arguments is [_, "--version"]
                ? version == "1.1.1" ? ScriptedAnswer.NoVersion : ScriptedAnswer.Version(version)
                : script(arguments));
        var access = Scripted.Access with
        {
            Pods = [.. Enumerable.Range(0, pods).Select(ordinal => new ToolPod($"kafka-{ordinal}", "kafka", "some/image:1", IsReady: true, IsClient: false))],
            ZookeeperConnect = zookeeper,
        };
        var operations = await ToolOperations.OpenAsync(new ToolCatalog(), _ => runner, access, new RecordingObserver(), Cancellation);
        runner.Calls.Clear();
        return (operations, runner);
    }
}
