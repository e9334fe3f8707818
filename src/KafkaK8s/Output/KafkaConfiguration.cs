using System.Globalization;

namespace KafkaK8s;

/// <summary>A setting of a topic, a broker or all brokers, and where its value comes from.</summary>
public sealed class KafkaConfiguration
{
    /// <summary>The setting's name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The value; null where there is none, and where it is sensitive: the brokers keep those to themselves.</summary>
    public string? Value { get; internal init; }

    /// <summary>Where the value comes from.</summary>
    public KafkaConfigurationSource Source { get; internal init; }

    /// <summary>Whether the brokers keep the value to themselves.</summary>
    public bool IsSensitive { get; internal init; }

    /// <summary>Whether a broker takes it only when it starts: <c>Set-KafkaBroker -Configuration</c> changes it then, <c>Set-KafkaConfiguration</c> can't.</summary>
    public bool IsReadOnly { get; internal init; }

    /// <summary>What it means, in a line; null for a setting that this module doesn't know.</summary>
    public string? Meaning { get; internal init; }

    /// <summary>All values in line, the one that holds first; empty where the release doesn't tell.</summary>
    public IReadOnlyList<KafkaConfigurationSynonym> Synonyms { get; internal init; } = [];

    /// <summary>The topic that it is set for, or null where it is about brokers.</summary>
    public string? Topic { get; internal init; }

    /// <summary>The id of the broker that it is about, or null.</summary>
    public int? Broker { get; internal init; }

    /// <summary>Whether it is what all brokers take that have no setting of their own.</summary>
    public bool IsBrokerDefault => Topic is null && Broker is null;

    /// <summary>What it is about, in words: <c>topic orders</c>, <c>broker 0</c>, <c>all brokers</c>.</summary>
    public string Target => Topic is not null ? $"topic {Topic}" : Broker is { } id ? string.Create(CultureInfo.InvariantCulture, $"broker {id}") : "all brokers";

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}={(IsSensitive ? "(hidden)" : Value)}";
}
