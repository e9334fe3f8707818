namespace KafkaK8s;

/// <summary>Which recipe a cluster is made from.</summary>
public enum KafkaPreset
{
    /// <summary>The article's cluster as one would run it today: pinned images, claims, parallel start, startup probes.</summary>
    Standard,

    /// <summary>The nine manifests of the article <i>Kafka on Kubernetes</i>, field for field.</summary>
    Article,
}
