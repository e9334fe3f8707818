using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>Which pod serves, what its image has, and that it is asked once.</summary>
public sealed class ToolDiscoveryTests
{
    [Theory]
    [InlineData("kafka-topics")]
    [InlineData("kafka-topics.sh")]
    [InlineData("/opt/kafka/bin/kafka-topics.sh")]
    [InlineData("/opt/bitnami/kafka/bin/kafka-topics.sh")]
    public async Task The_programs_are_found_where_the_image_has_them(string path)
    {
        foreach (var exitCode in new int?[] { null, 127, 126 })
        {
            var runner = new ScriptedRunner(arguments =>
                arguments[0] == path ? ScriptedAnswer.Version("3.9.2")
                : exitCode is { } code ? new ScriptedAnswer("", $"env: '{arguments[0]}': No such file or directory\n", code)
                : throw new ProgramNotFoundException(arguments[0]));

            var kafka = await OpenAsync(new ToolCatalog(), runner, Scripted.Access);

            Assert.Equal(new Version(3, 9, 2), kafka.Version);
            Assert.Equal(path, runner.Calls[^1][0]);
        }
    }

    [Fact]
    public async Task An_image_is_asked_once()
    {
        var catalog = new ToolCatalog();
        var runner = new ScriptedRunner(_ => ScriptedAnswer.Version("7.9.2-ccs"));

        await OpenAsync(catalog, runner, Scripted.Access);
        await OpenAsync(catalog, runner, Scripted.Access with { Pods = [Scripted.Access.Pods[0] with { Name = "kafka-2" }] });

        Assert.Single(runner.Calls);
    }

    [Fact]
    public async Task A_release_that_has_no_version_option_is_treated_as_1_1()
    {
        var (kafka, _) = await Scripted.OpenAsync("1.1.1", _ => new ScriptedAnswer());

        Assert.Equal(new Version(1, 1), kafka.Version);
    }

    [Fact]
    public async Task A_newer_release_is_treated_as_the_newest_known_with_one_warning()
    {
        var catalog = new ToolCatalog();
        var observer = new RecordingObserver();
        var runner = new ScriptedRunner(_ => ScriptedAnswer.Version("5.0.0"));

        await ToolOperations.OpenAsync(catalog, _ => runner, Scripted.Access, observer, TestContext.Current.CancellationToken);
        await ToolOperations.OpenAsync(catalog, _ => runner, Scripted.Access, observer, TestContext.Current.CancellationToken);

        Assert.Contains("5.0.0", Assert.Single(observer.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4.3.9")]
    [InlineData("2.8.2")]
    public async Task A_patch_of_a_known_release_is_no_news(string version)
    {
        var observer = new RecordingObserver();

        await Scripted.OpenAsync(version, _ => new ScriptedAnswer(), observer);

        Assert.Empty(observer.Warnings);
    }

    [Theory]
    [InlineData("5.3.1-ccs (Commit:4acd2a4b1d8e0e3b)", "2.3", "--property")]
    [InlineData("6.2.1-ccs", "2.8", "--property")]
    [InlineData("7.2.0-ccs (Commit:7b5d4a7b2d6a9f9b)", "3.2", "--property")]
    [InlineData("7.9.2-ccs", "3.9", "--property")]
    [InlineData("7.9.2-ce", "3.9", "--property")]
    [InlineData("8.0.8-4-ccs", "4.0", "--property")]
    [InlineData("8.3.2-ccs", "4.3", "--reader-property")]
    public async Task Confluents_number_is_not_taken_for_Kafkas(string told, string version, string option)
    {
        const string described = "Topic: t\tPartitionCount: 1\tReplicationFactor: 1\tConfigs: \n\tTopic: t\tPartition: 0\tLeader: 0\tReplicas: 0\tIsr: 0\n";
        var observer = new RecordingObserver();
        var (kafka, runner) = await Scripted.OpenAsync(told, arguments => new ScriptedAnswer(arguments[0] == "kafka-topics" ? described : ""), observer);

        await kafka.Messages.SendAsync("t", [new(null, "value")], TestContext.Current.CancellationToken);

        Assert.Equal(Version.Parse(version), kafka.Version);
        Assert.Contains(option, runner.Calls[^1]);
        Assert.Empty(observer.Warnings);
    }

    [Fact]
    public async Task A_ready_client_serves_before_a_broker_and_a_broker_before_one_that_is_not_ready()
    {
        var asked = new List<string>();
        var access = Scripted.Access with
        {
            Pods =
            [
                new("kafka-0", null, "a", IsReady: false, IsClient: false),
                new("kafka-1", null, "b", IsReady: true, IsClient: false),
                new("client", null, "c", IsReady: true, IsClient: true),
            ],
        };

        await ToolOperations.OpenAsync(
            new ToolCatalog(),
            pod =>
            {
                asked.Add(pod.Name);
                return new ScriptedRunner(_ => pod.IsClient ? new ScriptedAnswer("", "", 127) : ScriptedAnswer.Version("3.9.2"));
            },
            access,
            new RecordingObserver(),
            TestContext.Current.CancellationToken);

        Assert.Equal(["client", "kafka-1"], asked);
    }

    [Fact]
    public async Task Without_a_ready_pod_there_is_nobody_to_ask()
    {
        var access = Scripted.Access with { Pods = [Scripted.Access.Pods[0] with { IsReady = false }] };

        var error = await Assert.ThrowsAsync<EngineException>(() => OpenAsync(new ToolCatalog(), new ScriptedRunner(_ => new ScriptedAnswer()), access));

        Assert.Equal(("NoPodForKafkaTools", EngineErrorKind.Unavailable), (error.Id, error.Kind));
        Assert.Contains("kafka-0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_without_programs_is_named()
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => OpenAsync(new ToolCatalog(), new ScriptedRunner(_ => new ScriptedAnswer("", "", 127)), Scripted.Access));

        Assert.Equal("KafkaToolsMissing", error.Id);
        Assert.Contains("some/image:1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, EngineErrorKind.OutcomeUnknown)]
    [InlineData(false, EngineErrorKind.Connection)]
    public async Task A_connection_that_breaks_leaves_a_change_unknown_and_a_question_unanswered(bool isChange, EngineErrorKind kind)
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => throw new EngineException("ExecBroken", EngineErrorKind.OutcomeUnknown, "kafka-0", "The connection broke."));

        var error = isChange
            ? (await kafka.Topics.CreateAsync([new("t", 1, 1, new Dictionary<string, string>())], TestContext.Current.CancellationToken))[0].Error!
            : await Assert.ThrowsAsync<EngineException>(() => kafka.Topics.ListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(kind, error.Kind);
    }

    private static Task<IKafkaOperations> OpenAsync(ToolCatalog catalog, ScriptedRunner runner, KafkaAccess access) =>
        ToolOperations.OpenAsync(catalog, _ => runner, access, new RecordingObserver(), TestContext.Current.CancellationToken);
}
