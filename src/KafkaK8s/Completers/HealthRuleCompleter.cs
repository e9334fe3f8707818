using KafkaK8s.Engine.Clusters.Health;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the names of the health rules.</summary>
internal sealed class HealthRuleCompleter : NameCompleter
{
    private protected override Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
        => Task.FromResult<IEnumerable<string>>(HealthCheck.Rules);
}
