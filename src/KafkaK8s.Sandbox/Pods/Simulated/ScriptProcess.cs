using System.Globalization;
using System.Text.RegularExpressions;
using KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>
/// A container's command that is a line of shell. It knows what such lines are made of in practice, variables that are set, exported
/// and unset before the one program is exec'd, and refuses anything else: it is no shell.
/// </summary>
internal sealed partial class ScriptProcess(SimulatedPod pod, IReadOnlyList<string> commandLine) : IMainProcess
{
    private const int NotFoundExitCode = 127;
    private const int SyntaxExitCode = 2;

    private readonly Dictionary<string, string> _variables = new(pod.Environment, StringComparer.Ordinal);
    private readonly string _shell = MainProcess.ProgramName(commandLine[0]);

    /// <inheritdoc/>
    public async Task<int> RunAsync(Signals signals)
    {
        if (commandLine is not [_, ['-', .. var flags], var script] || !flags.Contains('c'))
        {
            return Refuse(string.Join(' ', commandLine.Skip(1)), SyntaxExitCode);
        }

        foreach (var statement in StatementSeparator().Split(script.Replace("\\\n", " ", StringComparison.Ordinal)))
        {
            var words = WordPattern().Matches(statement).Select(match => Expand(match.Value)).ToList();
            if (words.Count == 0)
            {
                continue;
            }

            if (words.Contains(null))
            {
                return Refuse(statement.Trim(), SyntaxExitCode);
            }

            if (flags.Contains('x'))
            {
                pod.Log("+ " + string.Join(' ', words));
            }

            if (await RunAsync(words!, signals) is int exitCode)
            {
                return exitCode;
            }
        }

        return 0;
    }

    /// <summary>Runs a statement; its exit code when the script ends with it.</summary>
    private async Task<int?> RunAsync(List<string> words, Signals signals)
    {
        switch (words)
        {
            case ["unset", .. var names]:
                names.ForEach(name => _variables.Remove(name));
                return null;
            case ["export", .. var assignments] when assignments.TrueForAll(IsAssignment):
                assignments.ForEach(Assign);
                return null;
            case [var assignment] when IsAssignment(assignment):
                Assign(assignment);
                return null;
            case ["zkGenConfig.sh"] when pod.Image.Kind == ImageKind.KubernetesZooKeeper:
                return ZooKeeperSettings.GenerateConfiguration(pod, _variables) is var exitCode and not 0 ? exitCode : null;
            case ["exec", .. var program]:
                return await RunProgramAsync(program, signals);
            default:
                return await RunProgramAsync(words, signals);
        }
    }

    private async Task<int> RunProgramAsync(List<string> words, Signals signals)
    {
        var process = MainProcess.Find(pod, [.. words], _variables);
        return process is null ? Refuse($"{words[0]}: not found", NotFoundExitCode) : await process.RunAsync(signals);
    }

    private int Refuse(string what, int exitCode)
    {
        pod.Log($"{_shell}: 1: {what}");
        if (exitCode == SyntaxExitCode)
        {
            pod.Log($"{_shell}: a simulated container only sets variables and runs one program; run it on real pods");
        }

        return exitCode;
    }

    private static bool IsAssignment(string word) => AssignmentPattern().IsMatch(word);

    private void Assign(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        _variables[assignment[..equals]] = assignment[(equals + 1)..];
    }

    /// <summary>A word with its variables filled in; null when it needs more of a shell than this.</summary>
    private string? Expand(string word)
    {
        if (word.Length > 1 && word[0] == '\'' && word[^1] == '\'')
        {
            return word[1..^1];
        }

        var expanded = ArithmeticPattern().Replace(word.Replace("\"", "", StringComparison.Ordinal), match =>
            long.TryParse(ExpandVariables(match.Groups["left"].Value), CultureInfo.InvariantCulture, out var left)
                ? (left + long.Parse(match.Groups["right"].Value, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture)
                : match.Value);
        expanded = ExpandVariables(expanded);
        return expanded.Contains('$') || expanded.Contains('`') || expanded is "|" or ">" or "<" or "&" ? null : expanded;
    }

    private string ExpandVariables(string text) => VariablePattern().Replace(text, match =>
    {
        var command = match.Groups["host"];
        if (command.Success)
        {
            return command.Value == "hostname" || pod.Domain is null ? pod.HostName
                : command.Value == "hostname -f" ? $"{pod.HostName}.{pod.Domain}"
                : pod.Domain;
        }

        var value = _variables.GetValueOrDefault(match.Groups["name"].Value, "");
        return match.Groups["suffix"].Success ? value[(value.LastIndexOf('-') + 1)..] : value;
    });

    [GeneratedRegex(@"&&|;|\n")]
    private static partial Regex StatementSeparator();

    [GeneratedRegex(@"'[^']*'|(?:\$\(\([^)]*\)\)|\$\([^)]*\)|""[^""]*""|[^\s""])+")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex AssignmentPattern();

    [GeneratedRegex(@"\$\(\(\s*(?<left>[^+\s]+)\s*\+\s*(?<right>\d+)\s*\)\)")]
    private static partial Regex ArithmeticPattern();

    [GeneratedRegex(@"\$\((?<host>hostname(?: -[fd])?)\)|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<suffix>##\*-)?\}|\$(?<name>[A-Za-z_][A-Za-z0-9_]*)")]
    private static partial Regex VariablePattern();
}
