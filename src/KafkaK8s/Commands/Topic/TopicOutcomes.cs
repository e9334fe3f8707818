using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>Reports what became of topics in a call about several.</summary>
internal static class TopicOutcomes
{
    /// <summary>Writes an error for each topic that was refused, or may have been.</summary>
    public static async Task WriteErrorsAsync(CommandPipeline pipeline, IEnumerable<TopicOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome.Error is { } error)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, outcome.Name));
            }
        }
    }

    /// <summary>The error about an object that says where, for a cmdlet that changes topics and must be told which.</summary>
    public static TerminatingException NoTopicNamed(PSObject value) => new(KafkaErrors.Create(
        "NotATopic",
        ErrorCategory.InvalidArgument,
        value.ToString(),
        $"{value} says which cluster, and not which topic.",
        "Name the topics, or pipe them from Get-KafkaTopic."));
}
