namespace KafkaK8s.Quickstart.Terminal;

/// <summary>The colours of the session, as SGR sequences.</summary>
internal static class TerminalColor
{
    /// <summary>A prompt.</summary>
    public const string Prompt = "\e[1;36m";

    /// <summary>A comment.</summary>
    public const string Comment = "\e[32m";

    /// <summary>An error.</summary>
    public const string Error = "\e[31m";

    /// <summary>A warning.</summary>
    public const string Warning = "\e[33m";

    /// <summary>What goes by: progress, verbose and debug lines.</summary>
    public const string Passing = "\e[90m";

    /// <summary>No colour.</summary>
    public const string Reset = "\e[0m";
}
