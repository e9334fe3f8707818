using System.Management.Automation.Language;
using KafkaK8s.Quickstart.Terminal;

namespace KafkaK8s.Quickstart;

/// <summary>A script shown as someone would have typed it: its comments, each statement behind a prompt, and what comes of it.</summary>
internal sealed class ScriptSession
{
    private readonly IReadOnlyList<IScriptExtent> _comments;
    private readonly IReadOnlyList<IScriptExtent> _statements;

    /// <summary>Reads a script.</summary>
    /// <exception cref="QuickstartException">It isn't PowerShell.</exception>
    public ScriptSession(string script)
    {
        var ast = Parser.ParseInput(script, out var tokens, out var errors);
        if (errors.Length > 0)
        {
            throw new QuickstartException($"Line {errors[0].Extent.StartLineNumber}: {errors[0].Message}");
        }

        _statements = ast.EndBlock.Statements.Select(statement => statement.Extent).ToList();
        _comments = tokens.Where(token => token.Kind == TokenKind.Comment).Select(token => token.Extent)
            .Where(comment => !_statements.Any(statement => statement.StartOffset <= comment.StartOffset && comment.EndOffset <= statement.EndOffset))
            .ToList();
    }

    /// <summary>Runs it statement by statement, and ends after the first that has an error.</summary>
    /// <returns>The exit code.</returns>
    public int Play(HostedShell shell, TerminalUserInterface terminal, CancellationToken interruption)
    {
        var shownUntil = 0;
        foreach (var statement in _statements)
        {
            interruption.ThrowIfCancellationRequested();
            ShowComments(terminal, shownUntil, statement.StartOffset);
            shownUntil = statement.EndOffset;
            ShowStatement(terminal, statement);
            if (shell.RunStatement(statement.Text) is not 0 and var failure)
            {
                interruption.ThrowIfCancellationRequested();
                return failure;
            }
        }

        ShowComments(terminal, shownUntil, int.MaxValue);
        return 0;
    }

    private static void ShowStatement(TerminalUserInterface terminal, IScriptExtent statement)
    {
        var lines = statement.Text.ReplaceLineEndings("\n").Split('\n');
        terminal.WriteLine(TerminalColor.Prompt, "PS> ", lines[0]);
        foreach (var line in lines.Skip(1))
        {
            terminal.WriteLine(TerminalColor.Prompt, ">>  ", line);
        }
    }

    private void ShowComments(TerminalUserInterface terminal, int from, int to)
    {
        terminal.WriteLine();
        int? lastLine = null;
        foreach (var comment in _comments.Where(comment => comment.StartOffset >= from && comment.StartOffset < to))
        {
            if (comment.StartLineNumber > lastLine + 1)
            {
                terminal.WriteLine();
            }

            terminal.WriteLine(TerminalColor.Comment, comment.Text, string.Empty);
            lastLine = comment.EndLineNumber;
        }
    }
}
