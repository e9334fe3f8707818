using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>What settings can be asked for, and the reasons why some can't.</summary>
internal static class ConfigurationRules
{
    /// <summary>Refuses a target that can't be. A broker that there isn't would be waited for, a minute long.</summary>
    public static void Validate(ConfigurationTarget target, KafkaAccess access)
    {
        if (target.TopicName is { } topic)
        {
            TopicNames.Validate(topic);
        }
        else if (target.BrokerId is { } broker && access.BrokerIds.Count > 0 && !access.BrokerIds.Contains(broker))
        {
            throw BrokerNotFound(target, access);
        }
    }

    /// <summary>The error that there is no such broker.</summary>
    public static EngineException BrokerNotFound(ConfigurationTarget target, KafkaAccess access) => new(
        "BrokerNotFound",
        EngineErrorKind.NotFound,
        Name(target),
        $"There is no {target}: {access.Cluster} has {string.Join(", ", access.BrokerIds)}.",
        "Get-KafkaBroker shows the brokers that there are.");

    /// <summary>
    /// Refuses what the tool can't take, or what would be believed to be set and isn't: a broker takes a setting that it doesn't
    /// know, and 1.1 then refuses every other change until it is given again.
    /// </summary>
    /// <exception cref="EngineException">Why not; nothing was sent.</exception>
    public static void Validate(ConfigurationTarget target, IReadOnlyDictionary<string, string?> settings, ToolSession session)
    {
        Validate(target, session.Access);
        var isSecret = settings.Any(setting => setting.Value is not null && KnownSettings.IsSensitive(setting.Key));
        if (isSecret && !session.Dialect.CanReadSettingsFromFile)
        {
            throw new EngineException(
                "SensitiveSettingExposed",
                EngineErrorKind.NotSupported,
                Name(target),
                "Kafka's programs from before 2.7 take a sensitive value only as an argument, which others in the pod can read. Nothing was changed.",
                "Use a newer client image, or give the brokers the value when they start: Set-KafkaBroker -Configuration.");
        }

        foreach (var (name, value) in settings)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            {
                throw Unknown(target, name, $"No setting is called '{name}': names consist of ASCII letters, digits, '.', '_' and '-'. Nothing was changed.");
            }

            if (target.TopicName is null && value is not null && !KnownSettings.IsBrokerSetting(name))
            {
                throw Unknown(target, name, $"No broker knows the setting {name}. Nothing was changed.");
            }

            if (target.TopicName is null && value is not null && !KnownSettings.IsDynamic(name))
            {
                throw new EngineException(
                    "ConfigurationReadOnly",
                    EngineErrorKind.NotSupported,
                    Name(target),
                    $"A broker takes {name} only when it starts. Nothing was changed.",
                    "Set-KafkaBroker -Configuration sets it, and restarts the brokers one after the other.");
            }

            if (!isSecret && value?.AsSpan().IndexOfAny("[]\n\r") >= 0)
            {
                throw new EngineException(
                    target.TopicName is null ? "InvalidBrokerSetting" : "InvalidTopicConfiguration",
                    EngineErrorKind.InvalidArgument,
                    Name(target),
                    $"The value of {name} contains a bracket or a line break, which kafka-configs can't take. Nothing was changed.",
                    "Give a value without them.");
            }
        }
    }

    /// <summary>A setting as the tool takes it. Brackets keep commas and equals signs together; there is no way to write a bracket itself.</summary>
    public static string Addition(string name, string value) =>
        value.Length == 0 || value.AsSpan().IndexOfAny(",=") >= 0 ? $"{name}=[{value}]" : $"{name}={value}";

    /// <summary>Settings as the lines of a Java properties file: ASCII, with everything escaped that could mean something.</summary>
    public static byte[] Properties(IEnumerable<KeyValuePair<string, string>> settings) => Encoding.ASCII.GetBytes(string.Concat(
        settings.Select(setting => $"{setting.Key}={string.Concat(setting.Value.Select(Escaped))}\n")));

    private static string Escaped(char c) => c is ' ' or '\\' or '=' or ':' or '#' or '!' ? $"\\{c}"
        : c is > ' ' and <= '~' ? c.ToString()
        : $"\\u{(int)c:x4}";

    /// <summary>Makes the tool's reason one about this target: a broker's settings have other errors than a topic's, and a misspelled name has neighbours.</summary>
    public static EngineException Explain(EngineException failure, ConfigurationTarget target, IEnumerable<string> names) => failure.Id switch
    {
        "UnknownTopicConfiguration" => Unknown(target, names.FirstOrDefault(name => failure.Message.Contains(name, StringComparison.Ordinal)) ?? "", failure.Message),
        "InvalidTopicConfiguration" when target.TopicName is null => new(
            "InvalidBrokerSetting", failure.Kind, Name(target), failure.Message, failure.Advice, failure),
        _ => failure,
    };

    private static EngineException Unknown(ConfigurationTarget target, string name, string message)
    {
        var forTopic = target.TopicName is not null;
        var nearest = KnownSettings.Nearest(name, forTopic);
        return new EngineException(
            forTopic ? "UnknownTopicConfiguration" : "UnknownBrokerSetting",
            EngineErrorKind.InvalidArgument,
            Name(target),
            message,
            nearest.Count > 0
                ? $"Is {string.Join(" or ", nearest)} meant?"
                : $"Kafka's documentation lists the settings of {(forTopic ? "topics" : "brokers")}; the release decides which it knows.");
    }

    private static string Name(ConfigurationTarget target) => target.TopicName ?? target.ToString();
}
