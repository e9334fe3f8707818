using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>
/// Asks a cluster all that the rules want to know, everything at the same time. What gives no answer is remembered with its reason: the
/// rest is still worth seeing.
/// </summary>
internal sealed class ClusterObserver(KubernetesConnection connection)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan MinimumPatience = TimeSpan.FromSeconds(20);

    /// <summary>Looks at a cluster.</summary>
    /// <exception cref="EngineException"><c>ClusterNotFound</c>, or Kubernetes itself can't be asked.</exception>
    public async Task<ClusterObservation> ObserveAsync(ClusterIdentity cluster, HealthParts needs, CancellationToken cancellation)
    {
        var inspection = new ClusterInspection(connection);
        var snapshot = await inspection.SnapshotAsync(cluster, cancellation);
        var state = snapshot.Exists ? snapshot.Read(connection.ContextName) : throw inspection.NotFound(cluster);

        var unanswered = new List<UnansweredQuestion>();
        var pods = new PodObserver(connection, snapshot);
        var budgets = AskAsync(HealthParts.Budgets, "disruption budgets", BudgetsAsync);
        var modes = AskAsync(HealthParts.Ensemble, "the ensemble's members", async token => (IReadOnlyList<MemberMode>?)await new EnsembleInspection(connection).AskAsync(state, token));
        var kafka = state.Brokers is null or { Replicas: 0 } || (needs & (HealthParts.Brokers | HealthParts.Topics)) == 0
            ? Task.FromResult<IKafkaOperations?>(null)
            : AnswerAsync(HealthParts.Brokers | HealthParts.Topics, "Kafka", token => KafkaOperations.OpenAsync(connection, state, token)!);
        var registry = AskAsync(HealthParts.Brokers, "the registered brokers", token => OfKafkaAsync(kafka, it => it.Brokers.DescribeAsync(token)));
        var topics = AskAsync(HealthParts.Topics, "topics", token => OfKafkaAsync(kafka, it => TopicsAsync(it, token)));
        var volumes = AskAsync(HealthParts.Volumes, "the claims' use", pods.VolumesAsync);
        var disks = AskAsync(HealthParts.DiskIdentity, "the brokers' disks", pods.DisksAsync);
        var words = AskAsync(HealthParts.LastWords, "logs", pods.LastWordsAsync);
        var unreachable = AskAsync(HealthParts.Addresses, "the advertised addresses", async token => await registry is { } known ? await pods.UnreachableAsync(AdvertisedAddresses.OutsideOf(snapshot, known), token) : null);
        await Task.WhenAll(budgets, modes, registry, topics, volumes, disks, words, unreachable);
        return new ClusterObservation(snapshot, state)
        {
            Budgets = await budgets,
            Modes = await modes,
            Registry = await registry,
            Topics = await topics,
            Volumes = await volumes,
            Disks = await disks,
            LastWords = await words,
            UnreachableAddresses = await unreachable,
            Unanswered = unanswered,
        };

        Task<T?> AskAsync<T>(HealthParts part, string question, Func<CancellationToken, Task<T?>> ask)
            where T : class =>
            needs.HasFlag(part) ? AnswerAsync(part, question, ask) : Task.FromResult<T?>(null);

        async Task<T?> AnswerAsync<T>(HealthParts part, string question, Func<CancellationToken, Task<T?>> ask)
            where T : class
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            try
            {
                return await ask(patience.Token);
            }
            catch (EngineException failure)
            {
                Remember(part, question, failure);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                Remember(part, question, new EngineException(
                    "NoAnswer", EngineErrorKind.Timeout, cluster.ToString(), $"There was no answer within {Patience.TotalSeconds:0} seconds.", "See whether the pods that are asked are well, and try again."));
            }

            return null;
        }

        void Remember(HealthParts part, string question, EngineException failure)
        {
            lock (unanswered)
            {
                unanswered.Add(new UnansweredQuestion(part, question, failure));
            }
        }

        async Task<IReadOnlyList<JsonObject>?> BudgetsAsync(CancellationToken token)
        {
            var versions = await BudgetVersions.OfAsync(connection, token);
            return versions.Order(StringComparer.Ordinal).FirstOrDefault() is { } version
                ? await connection.Resources.ListAsync(new ResourceQuery(version, "PodDisruptionBudget", cluster.Namespace), token)
                : [];
        }
    }

    // Old releases need a broker to tell the minimum, and ZooKeeper alone to tell the rest.
    private static async Task<IReadOnlyList<TopicDescription>> TopicsAsync(IKafkaOperations kafka, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(MinimumPatience);
        try
        {
            return await kafka.Topics.DescribeInFullAsync(null, patience.Token);
        }
        catch (Exception failure) when (failure is EngineException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return await kafka.Topics.DescribeAsync(null, cancellation);
        }
    }

    // Without Kafka's programs there is nothing to ask; why is remembered already.
    private static async Task<T?> OfKafkaAsync<T>(Task<IKafkaOperations?> kafka, Func<IKafkaOperations, Task<T>> ask)
        where T : class =>
        await kafka is { } operations ? await ask(operations) : null;
}
