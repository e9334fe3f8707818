using System.Globalization;
using System.Management.Automation.Host;

namespace KafkaK8s.Quickstart.Terminal;

/// <summary>The host of a shell without an editor: it prints, and asks where someone can answer.</summary>
internal sealed class TerminalHost(TerminalUserInterface terminal) : PSHost
{
    /// <summary>What the script asked to exit with, or null.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The user interface.</summary>
    public TerminalUserInterface Terminal => terminal;

    /// <inheritdoc/>
    public override string Name => "KafkaK8s.Quickstart";

    /// <inheritdoc/>
    public override Version Version { get; } = typeof(TerminalHost).Assembly.GetName().Version!;

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override PSHostUserInterface UI => terminal;

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture { get; } = new PlainEnglish();

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture { get; } = new PlainEnglish();

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }
}
