using System.Globalization;

namespace KafkaK8s.Quickstart.Terminal;

/// <summary>
/// The invariant culture, which needs no ICU on the machine, under the name of a language: PowerShell wraps text at words only for
/// languages that it knows to have them, and looks for help in this one.
/// </summary>
internal sealed class PlainEnglish() : CultureInfo(string.Empty)
{
    /// <inheritdoc/>
    public override string Name => "en-US";

    /// <inheritdoc/>
    public override string TwoLetterISOLanguageName => "en";
}
