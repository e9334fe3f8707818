using System.Collections;
using System.Management.Automation;

namespace KafkaK8s.Binding;

/// <summary>Takes the partitions of a topic for their number, so that a topic from <c>Get-KafkaTopic</c> can be made again elsewhere.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PartitionCountTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            IReadOnlyCollection<KafkaPartition> partitions => partitions.Count,
            string { Length: 0 } => null,
            ICollection { Count: > 0 } list when list.Cast<object>().All(item => (item is PSObject inner ? inner.BaseObject : item) is KafkaPartition) => list.Count,
            _ => inputData,
        };
}
