using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>What a node's pods share.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Store">The cluster's state.</param>
/// <param name="Events">Where it tells what happens.</param>
/// <param name="Runtime">What runs containers.</param>
/// <param name="Names">The cluster's DNS.</param>
/// <param name="Addresses">The pods' addresses.</param>
/// <param name="Volumes">The pods' volumes.</param>
/// <param name="Images">The images that have been pulled.</param>
internal sealed record NodeServices(
    string Name,
    ObjectStore Store,
    EventRecorder Events,
    IContainerRuntime Runtime,
    IClusterNames Names,
    PodAddresses Addresses,
    PodVolumes Volumes,
    ImagePulls Images)
{
    /// <summary>The time that the cluster lives by.</summary>
    public SandboxClock Clock => Store.Clock;
}
