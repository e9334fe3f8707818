using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Health;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Asks a cluster's Kafka where its replicas are. Pods come and go while it is used, so the pod that answers is chosen for each question.</summary>
internal sealed class ReplicaLook(KubernetesConnection connection)
{
    /// <summary>The error where brokers have other ids than their pods have numbers.</summary>
    public const string IdsDiffer = "BrokerIdsDiffer";

    private const string MinimumSetting = "min.insync.replicas";

    // Programs of 2.5 and later tell all that a broker goes by; before, only what was set while it ran.
    private static readonly Version TellsEverything = new(2, 5);

    private int? _defaultMinimum;
    private bool _areIdsKnown;

    /// <summary>Kafka in the pods that are ready now.</summary>
    public Task<IKafkaOperations> OpenAsync(ClusterSnapshot snapshot, CancellationToken cancellation) =>
        KafkaOperations.OpenAsync(connection, snapshot.Read(connection.ContextName), cancellation);

    /// <summary>Where the replicas are; null where no broker is ready, so that there is nobody to ask and nothing to lose.</summary>
    /// <exception cref="EngineException">Kafka could not be asked, or <c>BrokerIdsDiffer</c>.</exception>
    public async Task<ReplicaView?> LookAsync(LiveSet set, CancellationToken cancellation)
    {
        var ready = set.Members.Where(member => member.Pod is not null && PodReading.IsReady(member.Pod)).ToList();
        if (ready.Count == 0)
        {
            return null;
        }

        var kafka = await OpenAsync(set.Snapshot, cancellation);
        if (!_areIdsKnown && ClusterSnapshot.IsKraftSet(set.Set))
        {
            RequireOrdinals(set, await kafka.Brokers.DescribeAsync(cancellation));
            _areIdsKnown = true;
        }

        _defaultMinimum ??= await DefaultMinimumAsync(kafka, ready[0].Ordinal, ready[0].Pod!, cancellation);
        return new ReplicaView(await kafka.Topics.DescribeAsync(null, cancellation), _defaultMinimum.Value);
    }

    /// <summary>The same within a step, where a pod that has just gone is no reason to give up: the next look asks another.</summary>
    public async Task<ReplicaView?> LookAgainAsync(LiveSet set, CancellationToken cancellation)
    {
        try
        {
            return await LookAsync(set, cancellation);
        }
        catch (EngineException failure) when (MayPass(failure))
        {
            throw NotAnswering(failure);
        }
    }

    /// <summary>Whether a failure to ask may be over at the next try.</summary>
    public static bool MayPass(EngineException failure) =>
        failure.Kind is EngineErrorKind.Unavailable or EngineErrorKind.Timeout or EngineErrorKind.OutcomeUnknown or EngineErrorKind.NotFound;

    /// <summary>The failure as one that a wait takes for "not yet".</summary>
    public static EngineException NotAnswering(EngineException failure) =>
        new("KafkaNotAnswering", EngineErrorKind.Connection, failure.Target, $"Kafka can't be asked: {failure.Message}", failure.Advice, failure);

    // Without ZooKeeper ids may start anywhere, and then a pod's number does not tell whose replicas go down with it.
    internal static void RequireOrdinals(LiveSet set, BrokerRegistry registry)
    {
        foreach (var broker in registry.Brokers)
        {
            var pod = broker.Listeners.Select(listener => AdvertisedAddresses.PodOf(set.Snapshot, listener.Host)).FirstOrDefault(name => name is not null);
            if (pod is not null && set.Members.FirstOrDefault(member => member.Name == pod) is { Name: not null } member && member.Ordinal != broker.Id)
            {
                throw new EngineException(
                    IdsDiffer,
                    EngineErrorKind.NotSupported,
                    set.Snapshot.Identity.ToString(),
                    string.Create(CultureInfo.InvariantCulture, $"{pod} is broker {broker.Id}. Brokers whose ids are not their pods' numbers can't be restarted, changed or scaled by this module yet. Nothing was changed."),
                    "Their topics and partitions can be worked with as ever; Move-KafkaPartition takes the brokers' own ids.");
            }
        }
    }

    private static async Task<int> DefaultMinimumAsync(IKafkaOperations kafka, int broker, JsonObject pod, CancellationToken cancellation)
    {
        var tellsEverything = kafka.Version >= TellsEverything;
        var entries = await kafka.Configuration.GetAsync(
            tellsEverything ? ConfigurationTarget.Broker(broker) : ConfigurationTarget.AllBrokers, tellsEverything, cancellation);
        return Number(entries.FirstOrDefault(entry => entry.Name == MinimumSetting)?.Value) ?? Number(Variable(pod)) ?? 1;
    }

    private static string? Variable(JsonObject pod) =>
        (pod["spec"]?["containers"] as JsonArray ?? [])
            .SelectMany(container => container?["env"] as JsonArray ?? [])
            .Where(variable => MergeKeys.Value(variable, "name") == BrokerEnvironment.Variable(MinimumSetting))
            .Select(variable => (string?)variable?["value"])
            .FirstOrDefault();

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
