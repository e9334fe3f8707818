using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <summary>The objects of one cluster as they were at one time, and what they say of its state.</summary>
/// <param name="Identity">Which cluster.</param>
/// <param name="ZookeeperSet">The ensemble's StatefulSet, or null.</param>
/// <param name="BrokerSet">The brokers' StatefulSet, or null.</param>
/// <param name="Client">The test client's pod, or null.</param>
/// <param name="Pods">The pods of both StatefulSets.</param>
/// <param name="Events">What was told of them; none where all is well.</param>
internal sealed record ClusterSnapshot(
    ClusterIdentity Identity,
    JsonObject? ZookeeperSet,
    JsonObject? BrokerSet,
    JsonObject? Client,
    IReadOnlyList<JsonObject> Pods,
    ClusterEvents Events)
{
    private const string ZookeeperConnectVariable = "KAFKA_ZOOKEEPER_CONNECT";
    private const string RolesVariable = "KAFKA_PROCESS_ROLES";
    private const string MinInSyncReplicasVariable = "KAFKA_MIN_INSYNC_REPLICAS";

    /// <summary>Whether there is anything of the cluster.</summary>
    public bool Exists => ZookeeperSet is not null || BrokerSet is not null || Client is not null;

    /// <summary>
    /// Whether a StatefulSet runs brokers: it is named by its <c>app</c> label, and its container registers with a ZooKeeper, has a
    /// broker's role in a cluster without one, or is the article's.
    /// </summary>
    public static bool IsBrokerSet(JsonObject set) =>
        HasOwnAppLabel(set) && (IsKraftSet(set) || Containers(set).Any(IsZookeeperBroker));

    /// <summary>Whether a StatefulSet's brokers keep the cluster's metadata in a quorum of controllers, without ZooKeeper.</summary>
    public static bool IsKraftSet(JsonObject set) => HasRole(set, "broker");

    /// <summary>Whether a StatefulSet's pods vote in the quorum of controllers.</summary>
    public static bool HasControllers(JsonObject set) => HasRole(set, "controller");

    /// <summary>Whether a StatefulSet runs a ZooKeeper ensemble by the article's names.</summary>
    public static bool IsZookeeperSet(JsonObject set) =>
        HasOwnAppLabel(set)
        && ((string)set["metadata"]!["name"]!).EndsWith("-zookeeper", StringComparison.Ordinal)
        && Containers(set).Any(container => (string?)container["name"] == "zookeeper" || Variable(container, "ZK_REPLICAS") is not null || Variable(container, "ZOO_SERVERS") is not null);

    /// <summary>The StatefulSets of some parts that are there.</summary>
    public IEnumerable<JsonObject> Sets(ClusterParts parts) =>
        new[] { parts.HasFlag(ClusterParts.Zookeeper) ? ZookeeperSet : null, parts.HasFlag(ClusterParts.Brokers) ? BrokerSet : null }.OfType<JsonObject>();

    /// <summary>A pod by its name.</summary>
    public JsonObject? Find(string pod) => Pods.Append(Client).FirstOrDefault(known => (string?)known?["metadata"]?["name"] == pod);

    /// <summary>The pods of a StatefulSet by ordinal; null where one that should be there isn't.</summary>
    public IReadOnlyList<(int Ordinal, string Name, JsonObject? Pod)> PodsOf(JsonObject? set)
    {
        if (set is null)
        {
            return [];
        }

        var name = (string?)set["metadata"]?["name"] ?? "";
        var pods = new SortedDictionary<int, JsonObject?>();
        for (var ordinal = 0; ordinal < Replicas(set); ordinal++)
        {
            pods[ordinal] = null;
        }

        foreach (var pod in Pods)
        {
            if (Ordinal((string?)pod["metadata"]?["name"] ?? "", name) is { } ordinal)
            {
                pods[ordinal] = pod;
            }
        }

        return pods.Select(pair => (pair.Key, string.Create(CultureInfo.InvariantCulture, $"{name}-{pair.Key}"), pair.Value)).ToList();
    }

    /// <summary>What the objects say.</summary>
    public ClusterState Read(string context)
    {
        var zookeeper = ReadEnsemble();
        var brokers = ReadBrokers();
        var client = Client is null ? null : PodReading.Read(Client, null, Events);
        var reasons = (zookeeper?.Members ?? []).Concat(brokers?.Members ?? []).Append(client)
            .Where(pod => pod is { IsReady: false })
            .Select(pod => $"{pod!.Name}: {pod.Reason}")
            .ToList();
        var created = new[] { ZookeeperSet, BrokerSet, Client }.Select(part => KubernetesTime.Read(part?["metadata"]?["creationTimestamp"])).Min();
        var status = reasons.Count > 0 ? ClusterStatus.NotReady
            : brokers is null || (zookeeper is null && !brokers.IsKraft) ? ClusterStatus.Incomplete
            : ClusterStatus.Ready;
        return new ClusterState(Identity, context, status, reasons, zookeeper, brokers, client, created);
    }

    /// <summary>How many replicas a StatefulSet should have.</summary>
    public static int Replicas(JsonObject set) => (int?)set["spec"]?["replicas"] ?? 1;

    /// <summary>The image that a StatefulSet's new pods run.</summary>
    public static string Image(JsonObject set) => Containers(set).Select(container => (string?)container["image"]).FirstOrDefault() ?? "";

    private EnsembleState? ReadEnsemble()
    {
        if (ZookeeperSet is null)
        {
            return null;
        }

        var pods = PodsOf(ZookeeperSet);
        var running = pods.Count(pod => pod.Pod is not null && PodReading.IsRunning(pod.Pod));
        var members = pods.Select(pod => ReadPod(ZookeeperSet, pod)).ToList();
        var note = members.Any(member => member.IsReady) ? "" : ", no quorum yet";
        var explained = members.Select(member => member is { IsReady: false, Status: "Running" } && IsStarting(member)
            ? member with { Reason = string.Create(CultureInfo.InvariantCulture, $"not ready, {running} of {Replicas(ZookeeperSet)} running{note}") }
            : member).ToList();
        return new EnsembleState(
            Identity.ZookeeperSet,
            Replicas(ZookeeperSet),
            members.Count(member => member.IsReady),
            Image(ZookeeperSet),
            $"{Identity.ZookeeperSet}:2181",
            explained,
            EnsembleReading.Read(this)!);
    }

    private BrokerSetState? ReadBrokers()
    {
        if (BrokerSet is null)
        {
            return null;
        }

        var members = PodsOf(BrokerSet).Select(pod => ReadPod(BrokerSet, pod)).ToList();
        return new BrokerSetState(
            Identity.BrokerSet,
            Replicas(BrokerSet),
            members.Count(member => member.IsReady),
            Image(BrokerSet),
            $"{Identity.BrokerSet}:9092",
            Containers(BrokerSet).Select(container => Variable(container, ZookeeperConnectVariable)).FirstOrDefault(value => value is not null),
            IsKraftSet(BrokerSet),
            members)
        {
            MinInSyncReplicas = Containers(BrokerSet).Select(container => Variable(container, MinInSyncReplicasVariable)).FirstOrDefault(value => value is not null) is { } minimum
                && int.TryParse(minimum, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        };
    }

    private PodState ReadPod(JsonObject set, (int Ordinal, string Name, JsonObject? Pod) member) =>
        member.Pod is not null
            ? PodReading.Read(member.Pod, member.Ordinal, Events)
            : new PodState(member.Name, member.Ordinal, false, PodReading.Absent, WhyAbsent(set, member.Ordinal), 0, null, null, Image(set), null);

    private string WhyAbsent(JsonObject set, int ordinal)
    {
        if (Events.About(set).LastOrDefault() is { IsWarning: true, Reason: "FailedCreate" } failed)
        {
            return $"can't be created: {failed.Message}";
        }

        var before = PodsOf(set).FirstOrDefault(pod => pod.Ordinal < ordinal && (pod.Pod is null || !PodReading.IsReady(pod.Pod)));
        return (string?)set["spec"]?["podManagementPolicy"] != "Parallel" && before.Name is { } first
            ? $"waits for {first}"
            : "not created yet";
    }

    private static bool IsStarting(PodState member) => member.Reason?.StartsWith("running, not ready yet", StringComparison.Ordinal) == true;

    private static bool HasRole(JsonObject set, string wanted) =>
        Containers(set).Any(container => Variable(container, RolesVariable)?.Split(',').Any(role => role.Trim() == wanted) == true);

    private static bool IsZookeeperBroker(JsonObject container) =>
        (string?)container["name"] == "kafka-broker" || Variable(container, ZookeeperConnectVariable) is not null;

    private static bool HasOwnAppLabel(JsonObject set) =>
        (string?)set["metadata"]?["name"] is { } name && (string?)set["spec"]?["selector"]?["matchLabels"]?["app"] == name;

    /// <summary>The containers of a StatefulSet's pods.</summary>
    public static IEnumerable<JsonObject> Containers(JsonObject set) =>
        (set["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The value of a container's variable; null where it has none of that name.</summary>
    public static string? Variable(JsonObject container, string name) =>
        (container["env"] as JsonArray ?? []).Where(variable => MergeKeys.Value(variable, "name") == name).Select(variable => (string?)variable?["value"] ?? "").FirstOrDefault();

    private static int? Ordinal(string pod, string set) =>
        pod.StartsWith(set + "-", StringComparison.Ordinal) && int.TryParse(pod.AsSpan(set.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal
            : null;
}
