namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Topics, by <c>kafka-topics</c>.</summary>
internal sealed partial class TopicTools(ToolSession session) : ITopicOperations
{
    private const string MinimumSetting = "min.insync.replicas";

    // A longer pattern than that costs more than asking for all topics does.
    private const int LongestPattern = 8000;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        [.. (await ListAllAsync(cancellation)).Where(topic => !topic.IsMarkedForDeletion).Select(topic => topic.Name)];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        if (names is { Count: 0 })
        {
            return [];
        }

        var asked = Ask(names);
        var command = session.Dialect.DescribeTopics(session.Access, asked is not null && PatternFits(asked) ? asked : null);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            var failure = ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
            return failure.Id == "TopicNotFound" ? [] : throw failure;
        }

        return Select(TopicDescriptionReader.Read(answer.Lines), asked);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicDescription>> DescribeInFullAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        if (session.Dialect.DescribesBrokersSettings || names is { Count: 0 })
        {
            return await DescribeAsync(names, cancellation);
        }

        var asked = Ask(names);
        ToolCommand[] commands =
        [
            session.Dialect.DescribeTopics(session.Access, asked is not null && PatternFits(asked) ? asked : null),
            session.Dialect.DescribeConfiguration(session.Access, ConfigurationTarget.AllBrokers, all: false),
        ];
        var answers = (await session.RunManyAsync(commands, "Reading topics", cancellation))
            .Select((outcome, index) => Require(commands[index], outcome)).ToList();
        var setForAll = ConfigurationReader.Read(answers[1].Lines).FirstOrDefault(entry => entry.Name == MinimumSetting)?.Value;
        var otherwise = Invariant.TryNumber(setForAll, out int minimum) ? minimum : session.Access.MinInSyncReplicas ?? 1;
        return [.. Select(TopicDescriptionReader.Read(answers[0].Lines), asked).Select(topic => topic with { MinInSyncReplicas = topic.MinInSyncReplicas ?? otherwise })];
    }

    private async Task<IReadOnlyList<ListedTopic>> ListAllAsync(CancellationToken cancellation)
    {
        var command = session.Dialect.ListTopics(session.Access);
        var answer = await session.RunAsync(command, null, cancellation);
        return answer.ExitCode == 0
            ? TopicListReader.Read(answer.Lines)
            : throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
    }

    private static HashSet<string>? Ask(IReadOnlyCollection<string>? names)
    {
        foreach (var name in names ?? [])
        {
            TopicNames.Validate(name);
        }

        return names is null ? null : new HashSet<string>(names, StringComparer.Ordinal);
    }

    // Through the brokers, what isn't there is Kafka's default.
    private IReadOnlyList<TopicDescription> Select(IReadOnlyList<TopicDescription> topics, HashSet<string>? asked) =>
    [
        .. topics.Where(topic => asked?.Contains(topic.Name) != false).Select(topic => topic with
        {
            MinInSyncReplicas = topic.Configuration.TryGetValue(MinimumSetting, out var text) && Invariant.TryNumber(text, out int minimum) ? minimum
                : session.Dialect.DescribesBrokersSettings ? 1 : null,
        }),
    ];

    private ToolAnswer Require(ToolCommand command, ToolOutcome outcome) =>
        outcome.Error is { } error ? throw error
        : outcome.Answer is { ExitCode: 0 } answer ? answer
        : throw ToolFailure.Of(command, outcome.Answer!, session.Access.Cluster.ToString());

    private static void RequireKnown(ToolAnswer answer, ToolCommand command, Func<string, bool> isKnown)
    {
        if (answer.Lines.FirstOrDefault(line => !isKnown(line)) is { } unknown)
        {
            throw UnreadableOutput.Of(command.Tool, unknown);
        }
    }

    private static IEnumerable<IReadOnlyList<string>> ByPatternLength(IReadOnlyList<string> names)
    {
        var part = new List<string>();
        foreach (var name in names)
        {
            if (part.Count > 0 && TopicNames.Pattern([.. part, name]).Length > LongestPattern)
            {
                yield return part;
                part = [];
            }

            part.Add(name);
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private static bool PatternFits(IReadOnlyCollection<string> names) => names.Sum(name => (long)name.Length * 2) <= LongestPattern;

    /// <summary>The error that a topic isn't there.</summary>
    public static EngineException NotFound(string name, KafkaAccess access) => new(
        "TopicNotFound",
        EngineErrorKind.NotFound,
        name,
        $"There is no topic {name} in {access.Cluster}.",
        "Get-KafkaTopic shows the topics that there are.");

    private static EngineException About(EngineException failure, string name) =>
        new(failure.Id, failure.Kind, name, failure.Message, failure.Advice, failure);

    private static EngineException? Refusal(Action attempt)
    {
        try
        {
            attempt();
            return null;
        }
        catch (EngineException e)
        {
            return e;
        }
    }
}
