using System.Globalization;
using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>Finds the partitions that requests mean, in one question to the cluster.</summary>
internal static class PartitionSelection
{
    /// <summary>A partition with its topic, and the request that meant it first.</summary>
    public sealed record Selected(TopicDescription Topic, PartitionDescription Partition, PartitionRequest Request)
    {
        /// <summary>Its name.</summary>
        public TopicPartition Name { get; } = new(Partition.Topic, Partition.Partition);
    }

    /// <summary>The partitions that are meant, each once, by topic and number. What is named and isn't there is an error of its own.</summary>
    /// <exception cref="EngineException"><c>ReplicasAmbiguous</c>: two requests want the same partition in different places.</exception>
    public static async Task<IReadOnlyList<Selected>> SelectAsync(
        CommandPipeline pipeline, KafkaSession session, IReadOnlyList<TopicDescription> topics, IReadOnlyList<PartitionRequest> requests)
    {
        var selected = new Dictionary<TopicPartition, Selected>();
        foreach (var request in requests)
        {
            var named = await NameSelection.SelectAsync(
                pipeline, request.Topics, topics, topic => topic.Name, name => NotFound("TopicNotFound", name, $"There is no topic \"{name}\"", "Get-KafkaTopic lists what is there; names are case-sensitive.", session));
            foreach (var topic in named)
            {
                await ReportMissingAsync(pipeline, session, topic, request.Partitions ?? []);
                foreach (var partition in topic.Partitions.Where(partition => request.Partitions?.Contains(partition.Partition) != false))
                {
                    Add(selected, new Selected(topic, partition, request));
                }
            }
        }

        return [.. selected.Values.OrderBy(found => found.Name.Topic, StringComparer.Ordinal).ThenBy(found => found.Name.Partition)];
    }

    /// <summary>The same for what changes them: without those of topics that wait to be deleted.</summary>
    /// <exception cref="EngineException"><c>ReplicasAmbiguous</c>: two requests want the same partition in different places.</exception>
    public static async Task<IReadOnlyList<Selected>> SelectStayingAsync(
        CommandPipeline pipeline, KafkaSession session, IReadOnlyList<TopicDescription> topics, IReadOnlyList<PartitionRequest> requests)
    {
        var selected = await SelectAsync(pipeline, session, topics, requests);
        string[] names = [.. requests.SelectMany(request => request.Topics ?? [])];
        await TopicSelection.StayingAsync(pipeline, session, names, [.. selected.Select(found => found.Topic).DistinctBy(topic => topic.Name)]);
        return [.. selected.Where(found => !found.Topic.IsMarkedForDeletion)];
    }

    private static void Add(Dictionary<TopicPartition, Selected> selected, Selected found)
    {
        if (!selected.TryAdd(found.Name, found)
            && selected[found.Name].Request.Replicas is { } before && found.Request.Replicas is { } after && !before.SequenceEqual(after))
        {
            throw new EngineException(
                "ReplicasAmbiguous",
                EngineErrorKind.InvalidArgument,
                found.Name.ToString(),
                $"{found.Name} is to have the replicas {string.Join(',', before)} and {string.Join(',', after)}. Nothing was moved.",
                "Give each partition one list of replicas.");
        }
    }

    private static async Task ReportMissingAsync(CommandPipeline pipeline, KafkaSession session, TopicDescription topic, int[] numbers)
    {
        foreach (var number in numbers.Where(number => topic.Partitions.All(partition => partition.Partition != number)))
        {
            await pipeline.WriteErrorAsync(NotFound(
                "PartitionNotFound",
                string.Create(CultureInfo.InvariantCulture, $"{topic.Name}-{number}"),
                $"The topic {topic.Name} has no partition {number}",
                "Get-KafkaPartition lists what is there; partitions are numbered from 0.",
                session));
        }
    }

    private static ErrorRecord NotFound(string id, string name, string what, string advice, KafkaSession session) => KafkaErrors.Create(
        id, ErrorCategory.ObjectNotFound, name, $"{what} in the cluster {session.Origin.Namespace}/{session.Origin.Cluster}.", advice);
}
