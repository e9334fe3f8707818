using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Completers;

/// <summary>Completes the names of settings, with what they mean: a topic's, or, where a broker was named before, a broker's.</summary>
internal sealed class SettingCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return Settings(commandName, fakeBoundParameters)
            .Where(setting => setting.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .OrderBy(setting => setting.Name, StringComparer.Ordinal)
            .Select(setting => new CompletionResult(setting.Name, setting.Name, CompletionResultType.ParameterValue, setting.Meaning));
    }

    // What only counts when a broker starts can be looked at, and not set while it runs.
    private static IEnumerable<KnownSetting> Settings(string commandName, IDictionary typed) =>
        !typed.Contains("Broker") && !typed.Contains("Id") && !typed.Contains("BrokerDefault") ? KnownSettings.OfTopics
        : commandName.StartsWith("Set-", StringComparison.OrdinalIgnoreCase) ? KnownSettings.OfRunningBrokers
        : KnownSettings.OfBrokers;
}
