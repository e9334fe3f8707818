using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads what ZooKeeper's shell answers to commands on its input: a line each on standard output, between notices about its connection;
/// for a node that isn't there a line on standard error instead. ZooKeeper 3.4 writes each node's numbers to standard error too, and
/// ends with 0 whatever happened; 3.8 ends with 1 when the last command found nothing.
/// </summary>
internal static partial class ZookeeperShellReader
{
    private const string Tool = "zookeeper-shell";

    /// <summary>The answers.</summary>
    /// <param name="questions">The commands, each with one path at its end.</param>
    /// <param name="answer">What the shell answered.</param>
    /// <returns>One answer a question, null where the node isn't there; null as a whole where ZooKeeper could not be reached.</returns>
    /// <exception cref="EngineException">A line that can't be understood, or more or fewer answers than there should be.</exception>
    public static IReadOnlyList<string?>? Read(IReadOnlyList<string> questions, ToolAnswer answer)
    {
        var missing = Missing().Matches(answer.Errors).Select(match => match.Groups["path"].Value).ToHashSet(StringComparer.Ordinal);
        if (Unreached().IsMatch(answer.Errors) || (answer.ExitCode != 0 && missing.Count == 0))
        {
            return null;
        }

        var answers = new Queue<string>(answer.Lines.Select(line => Prompt().Replace(line, "")).Where(line => !Notice().IsMatch(line)));
        var result = new List<string?>();
        foreach (var question in questions)
        {
            var isThere = !missing.Contains(question[(question.LastIndexOf(' ') + 1)..]);
            result.Add(!isThere ? null : answers.TryDequeue(out var line) ? line : throw UnreadableOutput.Of(Tool, $"(nothing, to {question})"));
        }

        return answers.TryDequeue(out var surplus) ? throw UnreadableOutput.Of(Tool, surplus) : result;
    }

    [GeneratedRegex(@"^Node does not exist: (?<path>\S+)\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Missing();

    [GeneratedRegex("ConnectionLoss|UnknownHostException|KeeperErrorCode = ", RegexOptions.CultureInvariant)]
    private static partial Regex Unreached();

    [GeneratedRegex(@"^(?:Connecting to .*|Welcome to ZooKeeper!|JLine support is (?:dis|en)abled|WATCHER::|WatchedEvent state:.*|)$", RegexOptions.CultureInvariant)]
    private static partial Regex Notice();

    [GeneratedRegex(@"^\[zk: [^\]]*\] ?", RegexOptions.CultureInvariant)]
    private static partial Regex Prompt();
}
