namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>Stack traces as Java prints them.</summary>
internal static class JavaTrace
{
    /// <summary>A description and its frames, without a newline at the end.</summary>
    public static string Format(string description, IEnumerable<string> frames) =>
        string.Join('\n', frames.Select(frame => "\tat " + frame).Prepend(description));
}
