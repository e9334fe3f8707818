namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>What has to be asked besides the cluster's own objects in Kubernetes.</summary>
[Flags]
internal enum HealthParts
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>The disruption budgets of the namespace.</summary>
    Budgets = 1,

    /// <summary>The ensemble's members themselves.</summary>
    Ensemble = 2,

    /// <summary>Who is registered with Kafka.</summary>
    Brokers = 4,

    /// <summary>Topics and their partitions.</summary>
    Topics = 8,

    /// <summary>How full the claims are.</summary>
    Volumes = 16,

    /// <summary>What the brokers' disks say whose they are.</summary>
    DiskIdentity = 32,

    /// <summary>The last log lines of pods that are not ready or were restarted.</summary>
    LastWords = 64,

    /// <summary>Whether brokers' addresses that lead out of the cluster can be reached.</summary>
    Addresses = Brokers | 128,
}
