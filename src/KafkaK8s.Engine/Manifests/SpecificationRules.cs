using System.Globalization;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Manifests;

/// <summary>What a specification has to obey before anything is made of it. A violation is an error, a doubtful choice a warning.</summary>
internal static class SpecificationRules
{
    // A StatefulSet's name is a label with up to eleven characters after it (kubernetes#64023), of 63 in all; the ensemble's is the longest.
    private const int LongestSetName = 52;
    private const int MostReplicas = 255;

    private static readonly string[] ReplicationSettings =
        ["default.replication.factor", "offsets.topic.replication.factor", "transaction.state.log.replication.factor"];

    /// <summary>Checks a specification whose overrides have already been looked into.</summary>
    public static void Check(ClusterSpecification specification, Action<string> warning)
    {
        CheckIdentity(specification.Identity);
        if (specification.Zookeeper is { } zookeeper)
        {
            CheckZookeeper(specification, zookeeper, warning);
        }

        if (specification.Brokers is { } brokers)
        {
            CheckBrokers(specification, brokers, warning);
        }

        if (specification.Client is { } client)
        {
            CheckImage(specification.Identity.ClientPod, client.Image);
        }
    }

    /// <summary>Checks the names of a cluster and of its namespace.</summary>
    /// <exception cref="EngineException"><c>InvalidNamespaceName</c> or <c>InvalidClusterName</c>.</exception>
    public static void CheckIdentity(ClusterIdentity cluster)
    {
        ResourceNames.RequireNamespace(cluster.Namespace);
        if (cluster.ZookeeperSet.Length > LongestSetName || !ResourceNames.IsServiceName(cluster.Name))
        {
            throw Invalid(
                "InvalidClusterName",
                cluster.Name,
                $"'{cluster.Name}' can't be the name of a cluster.",
                $"A cluster's name becomes part of the names of services and pods: at most {LongestSetName - "-zookeeper".Length} lower-case letters, digits and '-', starting with a letter and ending with a letter or digit.");
        }
    }

    /// <summary>Checks how many members an ensemble is to have.</summary>
    /// <exception cref="EngineException"><c>InvalidReplicas</c>.</exception>
    public static void CheckMembers(string ensemble, int members) => CheckReplicas(ensemble, "ensemble", members);

    /// <summary>Checks the size of a claim.</summary>
    /// <exception cref="EngineException"><c>InvalidStorageSize</c>.</exception>
    public static void CheckStorageSize(string name, string size) => CheckStorage(name, size, null);

    /// <summary>What an even number of members means.</summary>
    public static string EvenMembers(int members) => string.Create(
        CultureInfo.InvariantCulture,
        $"An ensemble of {members} members outlives the loss of {(members - 1) / 2}, no more than one of {members - 1} would: an odd number is better.");

    private static void CheckZookeeper(ClusterSpecification specification, ZookeeperSpecification zookeeper, Action<string> warning)
    {
        var name = specification.Identity.ZookeeperSet;
        CheckReplicas(name, "ensemble", zookeeper.Replicas);
        CheckImage(name, zookeeper.Image);
        if (!ClusterRecipe.Of(specification.Preset).ZookeeperHasClaims && (zookeeper.StorageSize ?? zookeeper.StorageClass) is not null)
        {
            throw Invalid(
                "PresetHasNoClaims",
                name,
                $"The {specification.Preset} preset keeps the ensemble's data in an emptyDir, so it has no storage size or class to set.",
                "Use the standard preset, or an override.");
        }

        CheckStorage(name, zookeeper.StorageSize, zookeeper.StorageClass);
        if (zookeeper.Replicas is { } members && members % 2 == 0)
        {
            warning(EvenMembers(members));
        }
    }

    private static void CheckBrokers(ClusterSpecification specification, BrokerSpecification brokers, Action<string> warning)
    {
        var name = specification.Identity.BrokerSet;
        CheckReplicas(name, "cluster", brokers.Replicas);
        CheckImage(name, brokers.Image);
        CheckStorage(name, brokers.StorageSize, brokers.StorageClass);
        if (brokers.HeapOptions is not null && string.IsNullOrWhiteSpace(brokers.HeapOptions))
        {
            throw Invalid("InvalidHeapOptions", name, "The heap options are blank.", "Give JVM options such as '-Xmx2G -Xms2G', or leave them out.");
        }

        foreach (var setting in brokers.Configuration?.Keys ?? [])
        {
            BrokerEnvironment.Variable(setting);
            CheckKnown(setting);
        }

        WarnOfReplication(specification.Preset, brokers, warning);
    }

    private static void CheckKnown(string setting)
    {
        if (!BrokerSettings.IsKnown(setting))
        {
            var nearest = BrokerSettings.Nearest(setting) is { } known ? $" Is {known} meant?" : "";
            throw Invalid(
                "UnknownBrokerSetting",
                setting,
                $"No broker knows a setting '{setting}'.{nearest}",
                "A plugin's own setting goes through an override of the container's environment.");
        }
    }

    private static void WarnOfReplication(ClusterPreset preset, BrokerSpecification brokers, Action<string> warning)
    {
        var count = brokers.Replicas ?? ClusterRecipe.DefaultReplicas;
        foreach (var setting in ReplicationSettings)
        {
            if (brokers.Configuration is { } configuration && configuration.TryGetValue(setting, out var value))
            {
                if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var copies) && copies > count)
                {
                    warning(string.Create(CultureInfo.InvariantCulture, $"{setting} is {copies}, but there are only {count} brokers: topics that follow it can't be created."));
                }
            }
            else if (preset == ClusterPreset.Article && setting == "offsets.topic.replication.factor" && count < 3)
            {
                warning(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The article sets {setting} to 3, but there are only {count} brokers: consumers in a group would wait for ever. Set it to {count} with the brokers' configuration."));
            }
        }
    }

    private static void CheckReplicas(string name, string what, int? replicas)
    {
        if (replicas is < 1 or > MostReplicas)
        {
            throw Invalid(
                "InvalidReplicas",
                name,
                string.Create(CultureInfo.InvariantCulture, $"{replicas} replicas can't be: {(what == "ensemble" ? "an ensemble has at least one member" : "a cluster has at least one broker")} and at most {MostReplicas}."),
                "To take it down, remove it: its claims stay unless they are asked for too.");
        }
    }

    private static void CheckImage(string name, string? image)
    {
        if (image is not null && (image.Length == 0 || image.Trim().Length != image.Length))
        {
            throw Invalid("InvalidImage", name, $"'{image}' can't be an image: it is empty, or has blanks around it.", null);
        }
    }

    private static void CheckStorage(string name, string? size, string? storageClass)
    {
        if (size is not null && !(Quantity.TryParse(size, out var quantity) && quantity.Value > 0))
        {
            throw Invalid("InvalidStorageSize", name, $"'{size}' is not a size that Kubernetes knows.", "Give a number with a unit, such as 10Gi or 500Mi.");
        }

        if (!string.IsNullOrEmpty(storageClass) && !ResourceNames.IsSubdomain(storageClass))
        {
            throw Invalid("InvalidStorageClass", name, $"'{storageClass}' can't be the name of a storage class.", "kubectl get storageclass lists them.");
        }
    }

    private static EngineException Invalid(string id, string? target, string message, string? advice) =>
        new(id, EngineErrorKind.InvalidArgument, target, message, advice);
}
