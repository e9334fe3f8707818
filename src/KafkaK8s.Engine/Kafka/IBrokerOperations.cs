namespace KafkaK8s.Engine.Kafka;

/// <summary>The brokers as Kafka itself knows them, which may be fewer than there are pods.</summary>
public interface IBrokerOperations
{
    /// <summary>Which brokers are registered, which of them is the controller, and which cluster they form.</summary>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException"><c>KafkaUnreachable</c>; <c>BrokersUnknown</c>, where the release has no program that could tell; among others.</exception>
    Task<BrokerRegistry> DescribeAsync(CancellationToken cancellation);
}

/// <summary>Who is registered with a cluster.</summary>
/// <param name="ClusterId">The cluster's own id, or null where no broker ever registered.</param>
/// <param name="ControllerId">
/// The broker that is the controller, or null while there is none. Without ZooKeeper it is the leader of the controllers' quorum, which
/// is the id of a broker only where brokers are controllers too.
/// </param>
/// <param name="Brokers">The registered brokers, by id.</param>
public sealed record BrokerRegistry(string? ClusterId, int? ControllerId, IReadOnlyList<RegisteredBroker> Brokers);

/// <summary>A broker that is registered with its cluster.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Listeners">What it tells clients and other brokers to connect to, by the listener's name; a protocol's name where it has no other.</param>
/// <param name="Rack">The rack that it says it is in, or null.</param>
public sealed record RegisteredBroker(int Id, IReadOnlyList<AdvertisedListener> Listeners, string? Rack)
{
    /// <summary>The address of its first listener, <c>host:port</c>.</summary>
    public string Address => Listeners.Count > 0 ? Listeners[0].Address : "";
}

/// <summary>An address that a broker advertises.</summary>
/// <param name="Name">The listener's name, such as <c>PLAINTEXT</c>; empty where the answer did not tell.</param>
/// <param name="Host">The host: a name, or an address without brackets.</param>
/// <param name="Port">The port.</param>
public sealed record AdvertisedListener(string Name, string Host, int Port)
{
    /// <summary><c>host:port</c>, an IPv6 host in brackets.</summary>
    public string Address => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
