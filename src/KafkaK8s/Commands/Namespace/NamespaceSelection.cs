using System.Runtime.CompilerServices;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Finds the namespaces that names and wildcards mean, without listing them where only literal names are given.</summary>
internal static class NamespaceSelection
{
    public static async IAsyncEnumerable<NamespaceState> FindAsync(
        CommandPipeline pipeline, NamespaceOperations namespaces, string[]? names, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var literals = (names ?? []).Where(name => !NameSelection.IsPattern(name)).Distinct().ToList();
        var patterns = (names ?? []).Where(NameSelection.IsPattern).ToList();
        foreach (var name in literals)
        {
            if (await GetAsync(pipeline, namespaces, name, cancellation) is { } state)
            {
                yield return state;
            }
        }

        if (literals.Count > 0 && patterns.Count == 0)
        {
            yield break;
        }

        foreach (var state in await namespaces.ListAsync(cancellation))
        {
            if (!literals.Contains(state.Name) && (patterns.Count == 0 || NameSelection.Matches(patterns, state.Name)))
            {
                yield return state;
            }
        }
    }

    private static async Task<NamespaceState?> GetAsync(
        CommandPipeline pipeline, NamespaceOperations namespaces, string name, CancellationToken cancellation)
    {
        try
        {
            return await namespaces.GetAsync(name, cancellation);
        }
        catch (EngineException failure)
        {
            await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(failure, name));
            return null;
        }
    }
}
