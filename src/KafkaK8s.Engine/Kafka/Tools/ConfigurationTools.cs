using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Settings, by <c>kafka-configs</c>.</summary>
internal sealed partial class ConfigurationTools(ToolSession session, ITopicOperations topics) : IConfigurationOperations
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigurationEntry>> GetAsync(ConfigurationTarget target, bool all, CancellationToken cancellation)
    {
        var reading = (await GetManyAsync([target], all, cancellation))[0];
        return reading.Error is { } error ? throw error : reading.Entries;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigurationReading>> GetManyAsync(IReadOnlyList<ConfigurationTarget> targets, bool all, CancellationToken cancellation)
    {
        var readings = new Dictionary<ConfigurationTarget, ConfigurationReading>();
        var valid = targets.Distinct().Where(target => !TryRefuse(target, readings)).ToList();
        if (valid.Count > BatchScript.MostLanes && valid.TrueForAll(target => target.TopicName is not null))
        {
            // For a few, all of a large cluster's would be too much.
            await ReadAllTopicsAsync(valid, all, readings, cancellation);
        }

        var left = valid.Where(target => !readings.ContainsKey(target)).ToList();
        var commands = left.ConvertAll(target => session.Dialect.DescribeConfiguration(session.Access, target, all));
        foreach (var (target, (command, outcome)) in left.Zip(commands.Zip(await session.RunManyAsync(commands, "Reading settings", cancellation))))
        {
            readings[target] = Reading(target, command, outcome);
        }

        await RequireTopicsAsync(readings, cancellation);
        if (all && !session.Dialect.CanTellDefaults && valid.Count > 0)
        {
            session.Observer.Warning(
                "Kafka before 2.5 tells only what was set while it runs, for a topic, a broker or all of them: its programs can't tell defaults and what is in the brokers' files.");
        }

        return [.. targets.Select(target => readings[target])];
    }

    /// <inheritdoc/>
    public EngineException? Refusal(ConfigurationTarget target, IReadOnlyDictionary<string, string?> changes) =>
        Refusal(() => ConfigurationRules.Validate(target, changes, session));

    /// <inheritdoc/>
    public async Task SetAsync(ConfigurationTarget target, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellation)
    {
        if ((await SetManyAsync([new ConfigurationChange(target, changes)], cancellation))[0].Error is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigurationOutcome>> SetManyAsync(IReadOnlyList<ConfigurationChange> changes, CancellationToken cancellation)
    {
        var errors = new EngineException?[changes.Count];
        var open = new List<Alteration>();
        for (var index = 0; index < changes.Count; index++)
        {
            var at = index;
            errors[at] = Refusal(() => open.Add(Alteration.Of(at, changes[at], session)));
        }

        open.RemoveAll(alteration => alteration.IsEmpty);
        while (open.Count > 0)
        {
            var commands = open.ConvertAll(Command);
            var outcomes = await RunAsync(open, commands, cancellation);
            var again = new List<Alteration>();
            foreach (var (alteration, (command, outcome)) in open.Zip(commands.Zip(outcomes)))
            {
                // Up to 3.x, removing what isn't set is refused, and with it all the rest: without those it is tried again.
                if (outcome.Answer is { ExitCode: not 0 } answer && alteration.Removed.RemoveAll(Absent(answer).Contains) > 0)
                {
                    again.Add(alteration);
                }
                else
                {
                    errors[alteration.Index] = outcome.Error is { } error ? About(error, alteration.Target) : Failure(alteration, command, outcome.Answer!);
                }
            }

            open = [.. again.Where(alteration => !alteration.IsEmpty)];
        }

        await RemoveUnknownAsync(changes, errors, cancellation);
        return [.. changes.Select((change, index) => new ConfigurationOutcome(change.Target, errors[index]))];
    }

    private ToolCommand Command(Alteration alteration) => alteration.IsSecret
        ? session.Dialect.AlterConfigurationFromFile(session.Access, alteration.Target, alteration.Removed)
        : session.Dialect.AlterConfiguration(session.Access, alteration.Target, [.. alteration.Added.Select(setting => ConfigurationRules.Addition(setting.Key, setting.Value))], alteration.Removed);

    // A secret goes into a file that only the program reads, one after the other; all the rest in one call.
    private async Task<IReadOnlyList<ToolOutcome>> RunAsync(List<Alteration> alterations, List<ToolCommand> commands, CancellationToken cancellation)
    {
        var together = await session.RunManyAsync([.. commands.Where((_, index) => !alterations[index].IsSecret)], "Changing settings", cancellation);
        var next = together.GetEnumerator();
        var outcomes = new List<ToolOutcome>();
        foreach (var (alteration, command) in alterations.Zip(commands))
        {
            if (alteration.IsSecret)
            {
                outcomes.Add(await session.RunOneWithFileAsync(command, new MemoryStream(ConfigurationRules.Properties(alteration.Added)), cancellation));
            }
            else
            {
                next.MoveNext();
                outcomes.Add(next.Current);
            }
        }

        return outcomes;
    }

    private async Task ReadAllTopicsAsync(
        List<ConfigurationTarget> targets, bool all, Dictionary<ConfigurationTarget, ConfigurationReading> readings, CancellationToken cancellation)
    {
        var command = session.Dialect.DescribeTopicConfigurations(session.Access, all);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
        }

        var described = ConfigurationReader.ReadTopics(answer.Lines);
        foreach (var target in targets)
        {
            if (described.TryGetValue(target.TopicName!, out var entries))
            {
                readings[target] = new ConfigurationReading(target, entries, null);
            }
        }
    }

    private ConfigurationReading Reading(ConfigurationTarget target, ToolCommand command, ToolOutcome outcome)
    {
        if (outcome.Error is { } error)
        {
            return new ConfigurationReading(target, [], About(error, target));
        }

        var answer = outcome.Answer!;
        if (answer.ExitCode != 0)
        {
            return new ConfigurationReading(target, [], ToolFailure.Of(command, answer, Name(target)));
        }

        IReadOnlyList<ConfigurationEntry> entries = [];
        var refusal = Refusal(() => entries = ConfigurationReader.IsMissing(answer.Lines)
            ? throw (target.TopicName is { } topic ? TopicTools.NotFound(topic, session.Access) : ConfigurationRules.BrokerNotFound(target, session.Access))
            : ConfigurationReader.Read(answer.Lines));
        return new ConfigurationReading(target, entries, refusal);
    }

    // ZooKeeper has nothing about a topic without settings, and nothing about one that doesn't exist.
    private async Task RequireTopicsAsync(Dictionary<ConfigurationTarget, ConfigurationReading> readings, CancellationToken cancellation)
    {
        var doubtful = session.Dialect.CanTellDefaults
            ? []
            : readings.Values.Where(reading => reading is { Error: null, Entries.Count: 0, Target.TopicName: not null }).Select(reading => reading.Target).ToList();
        if (doubtful.Count == 0)
        {
            return;
        }

        var existing = (await topics.DescribeAsync([.. doubtful.Select(target => target.TopicName!)], cancellation)).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var missing in doubtful.Where(target => !existing.Contains(target.TopicName!)))
        {
            readings[missing] = new ConfigurationReading(missing, [], TopicTools.NotFound(missing.TopicName!, session.Access));
        }
    }

    private static EngineException? Failure(Alteration alteration, ToolCommand command, ToolAnswer answer)
    {
        if (answer.ExitCode != 0)
        {
            return ConfigurationRules.Explain(ToolFailure.Of(command, answer, Name(alteration.Target)), alteration.Target, alteration.Names);
        }

        var lines = answer.Lines.Where(line => line.Length > 0).ToList();
        return lines.Exists(line => Completed().IsMatch(line)) ? null : UnreadableOutput.Of(command.Tool, lines.FirstOrDefault() ?? "(nothing)");
    }

    private static HashSet<string> Absent(ToolAnswer answer) =>
        Invalid().Match(answer.Errors) is { Success: true } match
            ? [.. match.Groups["names"].Value.Split(',').Select(name => name.Trim())]
            : [];

    private bool TryRefuse(ConfigurationTarget target, Dictionary<ConfigurationTarget, ConfigurationReading> readings)
    {
        if (Refusal(() => ConfigurationRules.Validate(target, session.Access)) is not { } refusal)
        {
            return false;
        }

        readings[target] = new ConfigurationReading(target, [], refusal);
        return true;
    }

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

    private static EngineException About(EngineException failure, ConfigurationTarget target) =>
        new(failure.Id, failure.Kind, Name(target), failure.Message, failure.Advice, failure);

    private static string Name(ConfigurationTarget target) => target.TopicName ?? target.ToString();

    [GeneratedRegex("^Completed [Uu]pdating (?:default )?config for ", RegexOptions.CultureInvariant)]
    private static partial Regex Completed();

    [GeneratedRegex(@"^Invalid config\(s\): (?<names>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Invalid();

    /// <summary>What is left to change for one target.</summary>
    private sealed record Alteration(int Index, ConfigurationTarget Target, List<KeyValuePair<string, string>> Added, List<string> Removed, IReadOnlyCollection<string> Names)
    {
        public bool IsEmpty => Added.Count + Removed.Count == 0;

        public bool IsSecret => Added.Exists(setting => KnownSettings.IsSensitive(setting.Key));

        public static Alteration Of(int index, ConfigurationChange change, ToolSession session)
        {
            ConfigurationRules.Validate(change.Target, change.Settings, session);
            return new Alteration(
                index,
                change.Target,
                [.. change.Settings.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Key, setting.Value!))],
                [.. change.Settings.Where(setting => setting.Value is null).Select(setting => setting.Key)],
                [.. change.Settings.Keys]);
        }
    }
}
