namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How topics are created.</content>
internal sealed partial class TopicTools
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicOutcome>> CreateAsync(IReadOnlyList<TopicCreation> topics, CancellationToken cancellation)
    {
        var errors = topics.Select(topic => Refusal(() => Validate(topic))).ToArray();
        var open = Enumerable.Range(0, topics.Count).Where(index => errors[index] is null).ToList();
        var commands = open.ConvertAll(index => session.Dialect.CreateTopic(session.Access, topics[index]));
        foreach (var (index, (command, outcome)) in open.Zip(commands.Zip(await session.RunManyAsync(commands, "Creating topics", cancellation))))
        {
            errors[index] = outcome.Error is { } error ? About(error, topics[index].Name) : Refusal(() => RequireCreation(command, outcome.Answer!, topics[index].Name));
        }

        return [.. topics.Select((topic, index) => new TopicOutcome(topic.Name, errors[index]))];
    }

    private void Validate(TopicCreation topic)
    {
        TopicNames.Validate(topic.Name);
        foreach (var (key, value) in topic.Configuration)
        {
            ValidateSetting(topic.Name, key, value);
        }

        if (topic.ReplicaAssignment is { } assignment)
        {
            ValidateAssignment(topic.Name, assignment);
        }
    }

    // 1.1 takes brokers that there are not, and says nothing; 3.9 creates the topic, and says after a minute that it hasn't.
    private void ValidateAssignment(string topic, IReadOnlyList<IReadOnlyList<int>> assignment)
    {
        var (complaint, advice) = assignment switch
        {
            [] => ("it has no partition", "Say which brokers hold each partition, from partition 0 on."),
            _ when assignment.Any(brokers => brokers.Count == 0) => ("a partition has no broker", "Say which brokers hold each partition, from partition 0 on."),
            _ when assignment.Any(brokers => brokers.Distinct().Count() < brokers.Count) => ("a partition names a broker twice", "A broker holds one replica of a partition."),
            _ when assignment.Any(brokers => brokers.Count != assignment[0].Count) => ("partitions have different numbers of replicas", "Give every partition as many replicas."),
            _ => (null, null),
        };
        if (complaint is not null)
        {
            throw new EngineException("InvalidReplicaAssignment", EngineErrorKind.InvalidArgument, topic, $"The topic {topic} can't be placed: {complaint}. Nothing was created.", advice);
        }

        var missing = assignment.SelectMany(brokers => brokers).Except(session.Access.BrokerIds).Order().ToList();
        if (session.Access.BrokerIds.Count > 0 && missing.Count > 0)
        {
            throw new EngineException(
                "BrokerNotFound",
                EngineErrorKind.NotFound,
                topic,
                $"The topic {topic} can't be placed on {(missing.Count == 1 ? "broker" : "brokers")} {string.Join(", ", missing)}: {session.Access.Cluster} has {string.Join(", ", session.Access.BrokerIds)}. Nothing was created.",
                "Get-KafkaBroker shows the brokers that there are.");
        }
    }

    private static void RequireCreation(ToolCommand command, ToolAnswer answer, string topic)
    {
        if (answer.ExitCode != 0)
        {
            throw Explain(ToolFailure.Of(command, answer, topic), topic);
        }

        RequireKnown(answer, command, IsCreationWord);
    }

    private static EngineException Explain(EngineException failure, string topic)
    {
        const string prefix = "Unknown topic config name: ";
        var at = failure.Message.IndexOf(prefix, StringComparison.Ordinal);
        return failure.Id == "UnknownTopicConfiguration" && at >= 0
            ? ConfigurationRules.Explain(failure, ConfigurationTarget.Topic(topic), [failure.Message[(at + prefix.Length)..].TrimEnd('.')])
            : failure;
    }

    // 2.3 and 2.4 say nothing at all; before a name with a period or an underscore all of them warn about metrics.
    private static bool IsCreationWord(string line) =>
        line.Length == 0
        || line.StartsWith("Created topic ", StringComparison.Ordinal)
        || line.StartsWith("WARNING: Due to limitations in metric names", StringComparison.Ordinal);

    private static void ValidateSetting(string topic, string key, string value)
    {
        if (key.Length == 0 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new EngineException(
                "UnknownTopicConfiguration",
                EngineErrorKind.InvalidArgument,
                topic,
                $"No setting is called '{key}': names consist of ASCII letters, digits, '.', '_' and '-'.",
                "Kafka's documentation lists the settings of a topic.");
        }

        if (value.AsSpan().IndexOfAny('\n', '\r', '=') >= 0)
        {
            throw new EngineException(
                "InvalidTopicConfiguration",
                EngineErrorKind.InvalidArgument,
                topic,
                $"The value of {key} contains a line break or an equals sign, which kafka-topics can't take.",
                "Give a value without them.");
        }
    }
}
