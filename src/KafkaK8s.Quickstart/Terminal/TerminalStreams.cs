namespace KafkaK8s.Quickstart.Terminal;

/// <summary>Where a host writes, and what it may assume of it.</summary>
/// <param name="Output">Takes what commands write.</param>
/// <param name="Error">Takes errors, warnings and progress.</param>
/// <param name="Input">Gives answers, or null where nobody can be asked.</param>
/// <param name="OutputIsTerminal">Whether output may have colours.</param>
/// <param name="ErrorIsTerminal">Whether errors may have colours and a progress line may be rewritten.</param>
/// <param name="Width">Columns.</param>
internal sealed record TerminalStreams(
    TextWriter Output,
    TextWriter Error,
    TextReader? Input,
    bool OutputIsTerminal,
    bool ErrorIsTerminal,
    int Width)
{
    // Wide enough for every table of the module; where there is no terminal, nothing wraps at its edge.
    private const int WidthWithoutTerminal = 160;

    /// <summary>The streams of this process.</summary>
    public static TerminalStreams OfConsole()
    {
        var hasTerminal = !Console.IsOutputRedirected && Console.WindowWidth > 0;
        var mayColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new TerminalStreams(
            Console.Out,
            Console.Error,
            Console.IsInputRedirected ? null : Console.In,
            hasTerminal && mayColour,
            !Console.IsErrorRedirected && mayColour,
            hasTerminal ? Console.WindowWidth : WidthWithoutTerminal);
    }
}
