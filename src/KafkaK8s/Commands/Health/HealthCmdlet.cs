using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters.Health;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that looks at a Kafka cluster's health.</summary>
public abstract class HealthCmdlet : ClusterCmdlet
{
    /// <summary>The name of the Kafka cluster. When not given: the one that <c>Set-KafkaContext</c> chose, else <c>kafka</c>.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public override string? Cluster { get; set; }

    /// <summary>The rules to look at, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(HealthRuleCompleter))]
    public string[]? Rule { get; set; }

    /// <summary>What the rules find.</summary>
    private protected async Task<IReadOnlyList<KafkaFinding>> FindAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        if (Rule?.FirstOrDefault(name => !NameSelection.IsPattern(name) && !HealthCheck.Rules.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new EngineException(
                "HealthRuleNotFound", EngineErrorKind.NotFound, unknown, $"There is no health rule \"{unknown}\".", $"The rules are {string.Join(", ", HealthCheck.Rules)}.");
        }

        using var connection = await ConnectAsync(pipeline, cancellation);
        var found = await FindClusterAsync(connection, cancellation);
        var findings = await new HealthCheck(connection).CheckAsync(found.Identity, IsWanted, cancellation);
        return [.. findings.Select(finding => new KafkaFinding(finding, found.Identity, connection.ContextName, Choice.KubeConfig))];
    }

    private bool IsWanted(string rule) =>
        Rule is not { Length: > 0 } || Rule.Any(name => new WildcardPattern(name, WildcardOptions.IgnoreCase).IsMatch(rule));
}
