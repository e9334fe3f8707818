using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Settings, by <c>kafka-configs</c>.</summary>
internal sealed partial class ConfigurationTools(ToolSession session, ITopicOperations topics) : IConfigurationOperations
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigurationEntry>> GetAsync(ConfigurationTarget target, bool all, CancellationToken cancellation)
    {
        Validate(target);
        var command = session.Dialect.DescribeConfiguration(session.Access, target, all);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            throw ToolFailure.Of(command, answer, Name(target));
        }

        if (ConfigurationReader.IsMissing(answer.Lines))
        {
            throw TopicTools.NotFound(target.TopicName ?? "", session.Access);
        }

        var entries = ConfigurationReader.Read(answer.Lines);
        if (entries.Count == 0 && target.TopicName is { } topic && !session.Dialect.CanTellDefaults)
        {
            // ZooKeeper has nothing about a topic without settings, and nothing about one that doesn't exist.
            await RequireAsync(topic, cancellation);
        }

        if (all && !session.Dialect.CanTellDefaults)
        {
            session.Observer.Warning($"Kafka before 2.5 tells only what was set for {target}; its programs can't tell defaults.");
        }

        return entries;
    }

    /// <inheritdoc/>
    public async Task SetAsync(ConfigurationTarget target, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellation)
    {
        Validate(target);
        var added = changes.Where(change => change.Value is not null).Select(change => Addition(target, change.Key, change.Value!)).ToList();
        var removed = changes.Where(change => change.Value is null).Select(change => ValidName(target, change.Key)).ToList();
        while (added.Count + removed.Count > 0)
        {
            var command = session.Dialect.AlterConfiguration(session.Access, target, added, removed);
            var answer = await session.RunAsync(command, null, cancellation);
            if (answer.ExitCode == 0)
            {
                RequireCompletion(command, answer);
                return;
            }

            // Up to 3.x, removing what isn't set is refused, and with it all the rest: without those it is tried again.
            var absent = Absent(answer);
            if (removed.RemoveAll(absent.Contains) == 0)
            {
                throw ToolFailure.Of(command, answer, Name(target));
            }
        }
    }

    private async Task RequireAsync(string topic, CancellationToken cancellation)
    {
        if ((await topics.DescribeAsync([topic], cancellation)).Count == 0)
        {
            throw TopicTools.NotFound(topic, session.Access);
        }
    }

    private static void RequireCompletion(ToolCommand command, ToolAnswer answer)
    {
        var lines = answer.Lines.Where(line => line.Length > 0).ToList();
        if (!lines.Any(line => Completed().IsMatch(line)))
        {
            throw UnreadableOutput.Of(command.Tool, lines.FirstOrDefault() ?? "(nothing)");
        }
    }

    private static HashSet<string> Absent(ToolAnswer answer) =>
        Invalid().Match(answer.Errors) is { Success: true } match
            ? [.. match.Groups["names"].Value.Split(',').Select(name => name.Trim())]
            : [];

    // Brackets keep commas and equals signs together; there is no way to write a bracket itself.
    private static string Addition(ConfigurationTarget target, string name, string value)
    {
        ValidName(target, name);
        if (value.AsSpan().IndexOfAny("[]\n\r") >= 0)
        {
            throw new EngineException(
                "InvalidTopicConfiguration",
                EngineErrorKind.InvalidArgument,
                Name(target),
                $"The value of {name} contains a bracket or a line break, which kafka-configs can't take. Nothing was changed.",
                "Give a value without them.");
        }

        return value.Length == 0 || value.AsSpan().IndexOfAny(",=") >= 0 ? $"{name}=[{value}]" : $"{name}={value}";
    }

    private static string ValidName(ConfigurationTarget target, string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? name
            : throw new EngineException(
                "UnknownTopicConfiguration",
                EngineErrorKind.InvalidArgument,
                Name(target),
                $"No setting is called '{name}': names consist of ASCII letters, digits, '.', '_' and '-'. Nothing was changed.",
                "Kafka's documentation lists the settings.");

    private static void Validate(ConfigurationTarget target)
    {
        if (target.TopicName is { } topic)
        {
            TopicNames.Validate(topic);
        }
    }

    private static string Name(ConfigurationTarget target) => target.TopicName ?? target.ToString();

    [GeneratedRegex("^Completed [Uu]pdating (?:default )?config for ", RegexOptions.CultureInvariant)]
    private static partial Regex Completed();

    [GeneratedRegex(@"^Invalid config\(s\): (?<names>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Invalid();
}
