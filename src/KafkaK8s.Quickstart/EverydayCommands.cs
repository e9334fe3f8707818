using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace KafkaK8s.Quickstart;

/// <summary>
/// The few everyday commands that a hosted shell lacks. They belong to modules that come with an installed PowerShell and not
/// with its hosting library; here they are functions that do what a short script needs.
/// </summary>
internal static class EverydayCommands
{
    /// <summary>The commands, as functions for a new session.</summary>
    public static IReadOnlyList<SessionStateFunctionEntry> Read()
    {
        using var resource = typeof(EverydayCommands).Assembly.GetManifestResourceStream("EverydayCommands.ps1")!;
        using var reader = new StreamReader(resource);
        return Parser.ParseInput(reader.ReadToEnd(), out _, out _).EndBlock.Statements
            .OfType<FunctionDefinitionAst>()
            .Select(function => new SessionStateFunctionEntry(function.Name, function.Body.Extent.Text[1..^1]))
            .ToList();
    }
}
