namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>Which topic names Kafka takes.</summary>
internal static class TopicNames
{
    private const int MaximumLength = 249;
    private const string Allowed = "contains a character other than ASCII alphanumerics, '.', '_' and '-'";

    /// <summary>Whether metrics could confuse the name with another one.</summary>
    public static bool HasCollisionCharacters(string name) => name.Contains('.') || name.Contains('_');

    public static bool Collide(string one, string other) => one.Replace('.', '_') == other.Replace('.', '_');

    public static bool IsValid(string name) => Complaint(name, oldWords: true) is null;

    /// <exception cref="KafkaErrorException">The name isn't allowed.</exception>
    public static void Check(string name, bool oldWords)
    {
        if (Complaint(name, oldWords) is { } complaint)
        {
            throw new KafkaErrorException("InvalidTopicException", complaint);
        }
    }

    private static string? Complaint(string name, bool oldWords)
    {
        if (oldWords)
        {
            return name.Length == 0 ? "Topic name is illegal, it can't be empty"
                : name is "." or ".." ? "Topic name cannot be \".\" or \"..\""
                : name.Length > MaximumLength ? $"Topic name is illegal, it can't be longer than {MaximumLength} characters, topic name: {name}"
                : !name.All(IsAllowed) ? $"Topic name \"{name}\" is illegal, it {Allowed}"
                : null;
        }

        return name.Length == 0 ? "Topic name is invalid: the empty string is not allowed"
            : name is "." or ".." ? $"Topic name is invalid: '{name}' is not allowed"
            : name.Length > MaximumLength ? $"Topic name is invalid: the length of '{name}' is longer than the max allowed length {MaximumLength}"
            : !name.All(IsAllowed) ? $"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
            : null;
    }

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
