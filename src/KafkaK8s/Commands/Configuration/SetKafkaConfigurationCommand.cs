using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Sets and removes settings of topics, of brokers, or of all brokers, while they run.</summary>
/// <remarks>
/// <para>For each topic or broker all is changed that is asked for, or nothing. Only what differs is changed, so that it can be run again; <c>-WhatIf</c> shows from what to what. Many topics are changed in
/// one call to the cluster, after one that sees how they are.</para>
/// <para>A setting that is removed takes the next value in line: what is set for all brokers, what they were started with, Kafka's default.</para>
/// <para>What a broker takes only when it starts is refused with <c>ConfigurationReadOnly</c>; <c>Set-KafkaBroker -Configuration</c> changes it, with a rolling restart. A name that no broker knows is
/// refused: Kafka would take it, and never use it.</para>
/// <para>Values of sensitive settings, such as passwords, are never shown. Kafka before 2.5 forgets those of a broker that aren't given again in each call, and refuses a call without them.</para>
/// </remarks>
/// <example>
/// <summary>One setting</summary>
/// <code>Set-KafkaConfiguration orders -Name retention.ms -Value 86400000</code>
/// <para>Tab completes the names, and says what they mean.</para>
/// </example>
/// <example>
/// <summary>Set and remove in one call</summary>
/// <code>Set-KafkaConfiguration -Topic orders, payments -Configuration @{ 'retention.ms' = 86400000; 'segment.bytes' = $null } -WhatIf</code>
/// <para>Shows from what to what, for each topic.</para>
/// </example>
/// <example>
/// <summary>Slow the cleaner down on one broker</summary>
/// <code>Set-KafkaConfiguration -Broker 0 -Configuration @{ 'log.cleaner.io.max.bytes.per.second' = 10MB }</code>
/// <para>Takes effect at once. <c>-Remove log.cleaner.io.max.bytes.per.second</c> undoes it.</para>
/// </example>
/// <example>
/// <summary>For all brokers</summary>
/// <code>Set-KafkaConfiguration -BrokerDefault -Configuration @{ 'min.insync.replicas' = 2 }</code>
/// <para>Holds for brokers that have no setting of their own, those included that come later.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KafkaConfiguration", SupportsShouldProcess = true)]
public sealed class SetKafkaConfigurationCommand : ConfigurationCmdlet
{
    /// <summary>Settings by Kafka's names: a value sets one, <c>$null</c> removes it.</summary>
    [Parameter(Position = 1)]
    [Alias("Config")]
    [SettingsTransformation]
    public IDictionary? Configuration { get; set; }

    /// <summary>The names of settings to remove.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SettingCompleter))]
    public string[]? Remove { get; set; }

    /// <summary>The name of a single setting, which <c>-Value</c> is for.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SettingCompleter))]
    public string? Name { get; set; }

    /// <summary>What the setting of <c>-Name</c> is set to; <c>$null</c> removes it.</summary>
    [Parameter]
    public object? Value { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (string.IsNullOrEmpty(Name) != !MyInvocation.BoundParameters.ContainsKey(nameof(Value)))
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "SettingIncomplete", ErrorCategory.InvalidArgument, Name, "-Name and -Value belong together. Nothing was changed.", "Give both, or -Remove to remove a setting."));
        }

        if (Configuration is null && Remove is null && string.IsNullOrEmpty(Name))
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "NothingToSet", ErrorCategory.InvalidArgument, null, "There is nothing to set and nothing to remove.", "Give -Configuration, -Remove, or -Name and -Value."));
        }
    }

    private protected override async Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<ConfigurationTarget> targets, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var wanted = Wanted();
        var changes = new List<ConfigurationChange>();
        foreach (var reading in await session.Configuration.GetManyAsync(targets, all: false, cancellation))
        {
            var target = reading.Target.TopicName ?? reading.Target.ToString();
            if (reading.Error is { } error)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, target));
                continue;
            }

            var (settings, words) = SettingChanges.Compare(wanted, reading.Entries);
            if (settings.Count == 0)
            {
                pipeline.WriteVerbose($"{session.Describe(reading.Target.ToString())} is as wanted");
            }
            else if (session.Configuration.Refusal(reading.Target, settings) is { } refusal)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(refusal, target));
            }
            else if (await pipeline.ShouldProcessAsync(session.Describe(reading.Target.ToString()), $"Set {string.Join(", ", words)}"))
            {
                changes.Add(new ConfigurationChange(reading.Target, settings));
            }
        }

        foreach (var outcome in changes.Count == 0 ? [] : await session.Configuration.SetManyAsync(changes, cancellation))
        {
            if (outcome.Error is { } error)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, outcome.Target.TopicName ?? outcome.Target.ToString()));
            }
        }
    }

    private Dictionary<string, string?> Wanted()
    {
        var wanted = new Dictionary<string, string?>(KafkaSettings.ReadChanges(Configuration, Remove), StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(Name))
        {
            foreach (var (name, value) in KafkaSettings.ReadChanges(new Hashtable { [Name] = Value }, removed: null))
            {
                wanted[name] = value;
            }
        }

        return wanted;
    }
}
