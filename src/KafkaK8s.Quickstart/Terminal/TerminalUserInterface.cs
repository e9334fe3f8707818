using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;

namespace KafkaK8s.Quickstart.Terminal;

/// <summary>Prints the streams of a shell: output plain, the rest to standard error, colours only where a terminal shows them.</summary>
internal sealed class TerminalUserInterface : PSHostUserInterface
{
    private readonly TerminalStreams _streams;
    private readonly ProgressLine _progress;
    private readonly Lock _writing = new();

    /// <summary>Prints to these streams.</summary>
    public TerminalUserInterface(TerminalStreams streams)
    {
        _streams = streams;
        _progress = new ProgressLine(streams.Error, streams.ErrorIsTerminal, streams.Width);
        RawUI = new TerminalRawUserInterface(streams.Width);
    }

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI { get; }

    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => _streams.OutputIsTerminal;

    /// <inheritdoc/>
    public override void Write(string value) => PrintOutput(value);

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        PrintOutput(foregroundColor != RawUI.ForegroundColor ? Sgr(foregroundColor) + value + TerminalColor.Reset : value);

    /// <inheritdoc/>
    public override void WriteLine(string value) => PrintOutput(value + Environment.NewLine);

    /// <summary>Prints a line that begins in a colour.</summary>
    public void WriteLine(string color, string colored, string rest) =>
        WriteLine(color + colored + TerminalColor.Reset + rest);

    /// <inheritdoc/>
    public override void WriteErrorLine(string value) => PrintAside(TerminalColor.Error, value);

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => PrintAside(TerminalColor.Warning, "WARNING: " + message);

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => PrintAside(TerminalColor.Passing, "VERBOSE: " + message);

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => PrintAside(TerminalColor.Passing, "DEBUG: " + message);

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (_writing)
        {
            _progress.Show(record);
        }
    }

    /// <summary>Takes away a progress line that its command has left.</summary>
    public void EndProgress()
    {
        lock (_writing)
        {
            _progress.Clear();
        }
    }

    /// <inheritdoc/>
    public override string ReadLine() =>
        Answers.ReadLine() ?? throw new HostException("The input has ended.");

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString() => throw Unanswerable("a secret");

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        var input = Answers;
        WriteLine($"{caption}\n{message}".Trim());
        var answers = new Dictionary<string, PSObject>();
        foreach (var field in descriptions)
        {
            Write($"{field.Name}: ");
            answers[field.Name] = PSObject.AsPSObject(input.ReadLine() ?? throw new HostException("The input has ended."));
        }

        return answers;
    }

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        var answers = Answers;
        var keys = choices.Select(KeyOf).ToList();
        WriteLine(caption);
        WriteLine(message);
        while (true)
        {
            Write(string.Join("  ", choices.Select((choice, index) => $"[{keys[index]}] {choice.Label.Replace("&", string.Empty, StringComparison.Ordinal)}")) + $" (default is \"{keys[defaultChoice]}\"): ");
            var answer = answers.ReadLine()?.Trim() ?? throw new HostException("The input has ended.");
            var chosen = answer.Length == 0 ? defaultChoice : keys.FindIndex(key => key.Equals(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0)
            {
                return chosen;
            }
        }
    }

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Unanswerable("a credential");

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw Unanswerable("a credential");

    private TextReader Answers => _streams.Input ?? throw Unanswerable("a question");

    private static HostException Unanswerable(string what) =>
        new($"Nobody is here to answer {what}: the input is not a terminal. Give every mandatory parameter, and -Confirm:$false where a command would ask.");

    private static string KeyOf(ChoiceDescription choice)
    {
        var mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant() : choice.Label;
    }

    private static string Sgr(ConsoleColor color) => color switch
    {
        ConsoleColor.Red or ConsoleColor.DarkRed => TerminalColor.Error,
        ConsoleColor.Yellow or ConsoleColor.DarkYellow => TerminalColor.Warning,
        ConsoleColor.Green or ConsoleColor.DarkGreen => TerminalColor.Comment,
        ConsoleColor.Cyan or ConsoleColor.DarkCyan => TerminalColor.Prompt,
        ConsoleColor.Gray or ConsoleColor.DarkGray => TerminalColor.Passing,
        _ => string.Empty,
    };

    private void PrintOutput(string text) => Print(_streams.Output, _streams.OutputIsTerminal ? text : PlainText(text));

    private void PrintAside(string color, string line) =>
        Print(_streams.Error, (_streams.ErrorIsTerminal ? color + line + TerminalColor.Reset : PlainText(line)) + Environment.NewLine);

    // Formatted tables and errors come with colours of their own, which only a terminal shows.
    private static string PlainText(string text) => new StringDecorated(text).ToString(OutputRendering.PlainText);

    private void Print(TextWriter writer, string text)
    {
        lock (_writing)
        {
            _progress.Clear();
            writer.Write(text);
            writer.Flush();
        }
    }
}
