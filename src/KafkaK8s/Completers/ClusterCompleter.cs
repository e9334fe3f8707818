using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the Kafka clusters of the namespace.</summary>
internal sealed class ClusterCompleter : NameCompleter
{
    private protected override Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
        => Task.FromResult<IEnumerable<string>>([]);
}
