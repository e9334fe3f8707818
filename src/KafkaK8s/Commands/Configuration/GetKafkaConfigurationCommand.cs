using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Gets the settings of topics, of brokers, or of all brokers, one object a setting: its value and where that comes from.</summary>
/// <remarks>
/// <para>A topic's value comes from the topic, from what is set for all brokers while they run, from what they were started with, or is Kafka's default; a broker's may
/// also be its own. <c>Synonyms</c> has all of them in line.</para>
/// <para>With <c>-BrokerDefault</c>: only what is set for all brokers while they run, because nothing else belongs to all of them.</para>
/// <para>Kafka before 2.5 tells only what was set while it runs, not its defaults and not what the brokers were started with. A warning says so.</para>
/// <para>The brokers keep sensitive values, such as passwords, to themselves: those are null. Topics may be given as wildcards; those never mean one of Kafka's internal topics. Many topics are asked about
/// in one call to the cluster, after one that lists them where there is a wildcard.</para>
/// </remarks>
/// <example>
/// <summary>What a topic has</summary>
/// <code>Get-KafkaConfiguration orders</code>
/// <para>All its settings, with Kafka's defaults.</para>
/// </example>
/// <example>
/// <summary>What somebody has set</summary>
/// <code>Get-KafkaTopic | Get-KafkaConfiguration | Where-Object Source -eq DynamicTopic</code>
/// <para>One call to the cluster for all of them.</para>
/// </example>
/// <example>
/// <summary>One setting of every broker</summary>
/// <code>Get-KafkaBroker | Get-KafkaConfiguration -Name log.retention.*</code>
/// <para>A row a broker and setting; where the values differ, somebody has set one.</para>
/// </example>
/// <example>
/// <summary>What is set for all brokers</summary>
/// <code>Get-KafkaConfiguration -BrokerDefault</code>
/// <para>Nothing, in a cluster where nobody has changed anything while it runs.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaConfiguration")]
[OutputType(typeof(KafkaConfiguration))]
public sealed class GetKafkaConfigurationCommand : ConfigurationCmdlet
{
    /// <summary>The settings to get, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SettingCompleter))]
    public string[]? Name { get; set; }

    private protected override async Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<ConfigurationTarget> targets, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var readings = await session.Configuration.GetManyAsync(await ExpandAsync(pipeline, session, targets, cancellation), all: true, cancellation);
        var missing = Name?.Where(name => !NameSelection.IsPattern(name)).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var reading in readings)
        {
            if (reading.Error is { } error)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, reading.Target.TopicName ?? reading.Target.ToString()));
            }

            foreach (var entry in reading.Entries.Where(entry => Name is not { Length: > 0 } || NameSelection.Matches(Name, entry.Name)))
            {
                missing.Remove(entry.Name);
                await pipeline.WriteObjectAsync(entry.ToOutput(reading.Target, session.Origin));
            }
        }

        await WriteUnknownAsync(pipeline, missing, targets.Any(target => target.TopicName is not null));
    }

    private static async Task<IReadOnlyList<ConfigurationTarget>> ExpandAsync(
        CommandPipeline pipeline, KafkaSession session, IReadOnlyList<ConfigurationTarget> targets, CancellationToken cancellation)
    {
        var names = targets.Where(target => target.TopicName is not null).Select(target => target.TopicName!).ToArray();
        return names.Any(NameSelection.IsPattern)
            ? [.. (await TopicSelection.ListAsync(pipeline, session, names, cancellation)).Select(ConfigurationTarget.Topic)]
            : targets;
    }

    // A setting that Kafka has and that isn't set is silence where the release can't tell more; one that Kafka doesn't have is a mistake.
    private static async Task WriteUnknownAsync(CommandPipeline pipeline, IEnumerable<string> names, bool forTopics)
    {
        foreach (var name in names.Where(name => !(forTopics ? KnownSettings.IsTopicSetting(name) : KnownSettings.IsBrokerSetting(name))))
        {
            var nearest = KnownSettings.Nearest(name, forTopics);
            await pipeline.WriteErrorAsync(KafkaErrors.Create(
                forTopics ? "UnknownTopicConfiguration" : "UnknownBrokerSetting",
                ErrorCategory.InvalidArgument,
                name,
                $"{(forTopics ? "A topic" : "A broker")} has no setting {name}.",
                nearest.Count > 0 ? $"Is {string.Join(" or ", nearest)} meant?" : "Without -Name all settings are shown."));
        }
    }
}
