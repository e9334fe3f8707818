using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>Operations on a cluster that answers by a script.</summary>
internal static class Scripted
{
    public static readonly KafkaAccess Access = new(
        new ClusterIdentity("the-project"),
        [new ToolPod("kafka-0", "kafka", "some/image:1", IsReady: true, IsClient: false)],
        "zk-0.zk:2181,zk-1.zk:2181",
        "kafka-0.kafka-headless:9092");

    public static async Task<(IKafkaOperations Operations, ScriptedRunner Runner)> OpenAsync(
        string version, Func<IReadOnlyList<string>, ScriptedAnswer> script, IOperationObserver? observer = null)
    {
        var runner = new ScriptedRunner(arguments =>
            arguments is [_, "--version"]
                ? version == "1.1.1" ? ScriptedAnswer.NoVersion : ScriptedAnswer.Version(version)
                : script(arguments));
        var operations = await ToolOperations.OpenAsync(new ToolCatalog(), _ => runner, Access, observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);
        runner.Forget();
        return (operations, runner);
    }

    /// <summary>The transcript of a question, whatever the arguments are.</summary>
    public static Task<(IKafkaOperations Operations, ScriptedRunner Runner)> OpenAsync(string version, string transcript)
    {
        var answer = ScriptedAnswer.From(Transcript.Of(version, transcript));
        return OpenAsync(version, _ => answer);
    }
}
