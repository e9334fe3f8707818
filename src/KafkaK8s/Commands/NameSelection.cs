using System.Management.Automation;

namespace KafkaK8s.Commands;

/// <summary>Selects by name as PowerShell does: a wildcard that matches nothing is silence, a literal that doesn't exist is an error.</summary>
internal static class NameSelection
{
    /// <summary>Whether a name is a pattern.</summary>
    public static bool IsPattern(string name) => WildcardPattern.ContainsWildcardCharacters(name);

    /// <summary>The objects with these names, in their own order, each once; all of them where no name is given.</summary>
    /// <param name="pipeline">Takes the errors.</param>
    /// <param name="names">Names and patterns.</param>
    /// <param name="all">Everything there is.</param>
    /// <param name="nameOf">An object's name.</param>
    /// <param name="notFound">The error for a literal name that isn't there.</param>
    public static async Task<IReadOnlyList<T>> SelectAsync<T>(
        CommandPipeline pipeline, string[]? names, IReadOnlyList<T> all, Func<T, string> nameOf, Func<string, ErrorRecord> notFound)
    {
        if (names is not { Length: > 0 })
        {
            return all;
        }

        foreach (var missing in names.Where(name => !IsPattern(name) && !all.Any(item => Matches(name, nameOf(item)))))
        {
            await pipeline.WriteErrorAsync(notFound(missing));
        }

        return [.. all.Where(item => names.Any(name => Matches(name, nameOf(item))))];
    }

    /// <summary>Whether a name is one of these, or matches one of these patterns.</summary>
    public static bool Matches(IEnumerable<string> names, string candidate) => names.Any(name => Matches(name, candidate));

    // What Kubernetes and Kafka name is case-sensitive, so literals are; patterns are as forgiving as everywhere in PowerShell.
    private static bool Matches(string name, string candidate) => IsPattern(name)
        ? new WildcardPattern(name, WildcardOptions.IgnoreCase).IsMatch(candidate)
        : name == candidate;
}
