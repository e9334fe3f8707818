using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>
/// Completes names that only a file or a cluster knows. Tab must never hang and never complain: it answers within
/// <see cref="TimeAllowed"/> or not at all.
/// </summary>
internal abstract class NameCompleter : IArgumentCompleter
{
    /// <summary>How long Tab may take.</summary>
    public static readonly TimeSpan TimeAllowed = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        var choice = CompletionChoice.Read(fakeBoundParameters);
        return Find(choice)
            .Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(Quote(name), name, CompletionResultType.ParameterValue, name));
    }

    /// <summary>The names there are. Runs on the thread pool; whatever it throws means that there are none to offer.</summary>
    private protected abstract Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation);

    private IEnumerable<string> Find(SessionDefaults choice)
    {
        using var cancellation = new CancellationTokenSource(TimeAllowed);
        var names = Task.Run(() => FindAsync(choice, cancellation.Token), cancellation.Token);
        try
        {
            return names.Wait(TimeAllowed) ? names.Result : [];
        }
        catch (AggregateException)
        {
            return [];
        }
    }

    private static string Quote(string name)
        => name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/' or ':') && name[0] != '-'
            ? name
            : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
