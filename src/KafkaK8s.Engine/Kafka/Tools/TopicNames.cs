namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Names of topics: which are possible, and how to ask for exactly one with a tool that takes patterns.</summary>
internal static class TopicNames
{
    private const int MaximumLength = 249;

    /// <summary>Refuses what no topic can be called.</summary>
    /// <exception cref="EngineException"><c>InvalidTopicName</c>, with the rule that is broken.</exception>
    public static void Validate(string name)
    {
        var broken = name switch
        {
            "" => "a topic's name can't be empty",
            "." or ".." => "a topic can't be called . or ..",
            { Length: > MaximumLength } => $"a topic's name has at most {MaximumLength} characters, and this one has {name.Length}",
            _ when !name.All(IsAllowed) => "a topic's name consists of ASCII letters, digits, '.', '_' and '-'",
            _ => null,
        };
        if (broken is not null)
        {
            throw new EngineException(
                "InvalidTopicName",
                EngineErrorKind.InvalidArgument,
                name,
                $"No topic can be called '{name}': {broken}.",
                "Choose a name of ASCII letters, digits, '.', '_' and '-'.");
        }
    }

    /// <summary>
    /// A Java regular expression that matches exactly these names. The dot is the only character that a valid name and a pattern
    /// share with different meanings.
    /// </summary>
    public static string Pattern(IEnumerable<string> names) => string.Join('|', names.Select(name => name.Replace(".", @"\.", StringComparison.Ordinal)));

    /// <summary>Whether Kafka keeps it for itself.</summary>
    public static bool IsInternal(string name) => name is "__consumer_offsets" or "__transaction_state" or "__share_group_state";

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
