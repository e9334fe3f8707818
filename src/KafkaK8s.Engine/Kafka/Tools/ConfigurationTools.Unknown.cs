namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>What brokers take without knowing it.</content>
internal sealed partial class ConfigurationTools
{
    // A broker takes a setting that its release doesn't know, keeps the value to itself, and then refuses other changes that leave it out.
    // That tells it: what nobody would hide comes back hidden. It is taken off again.
    private async Task RemoveUnknownAsync(IReadOnlyList<ConfigurationChange> changes, EngineException?[] errors, CancellationToken cancellation)
    {
        var done = Enumerable.Range(0, changes.Count)
            .Where(index => errors[index] is null && changes[index].Target.TopicName is null && changes[index].Settings.Values.Any(value => value is not null))
            .ToList();
        var readings = done.Count == 0 ? [] : await GetManyAsync([.. done.Select(index => changes[index].Target)], all: false, cancellation);
        foreach (var (index, reading) in done.Zip(readings))
        {
            var unknown = reading.Entries
                .Where(entry => entry.IsSensitive && !KnownSettings.IsSensitive(entry.Name) && changes[index].Settings.GetValueOrDefault(entry.Name) is not null)
                .Select(entry => entry.Name)
                .ToList();
            if (unknown.Count > 0)
            {
                errors[index] = await RemoveAsync(reading.Target, unknown, cancellation);
            }
        }
    }

    private async Task<EngineException> RemoveAsync(ConfigurationTarget target, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var command = session.Dialect.AlterConfiguration(session.Access, target, [], names);
        var outcome = (await session.RunManyAsync([command], "Changing settings", cancellation))[0];
        return outcome.Error is { } error ? About(error, target)
            : outcome.Answer is { ExitCode: not 0 } answer ? ToolFailure.Of(command, answer, Name(target))
            : new EngineException(
                "UnknownBrokerSetting",
                EngineErrorKind.InvalidArgument,
                Name(target),
                $"This release of Kafka doesn't know {string.Join(", ", names)}: {target} took it without using it, and it was removed again. What else was asked for is done.",
                "The release decides which settings it knows.");
    }
}
