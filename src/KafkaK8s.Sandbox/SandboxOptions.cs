using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Pods.Real;
using KafkaK8s.Sandbox.Pods.Simulated;

namespace KafkaK8s.Sandbox;

/// <summary>What a sandbox is started with.</summary>
internal sealed record SandboxOptions
{
    /// <summary>The port to serve on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The time that the sandbox lives by; null for the wall's.</summary>
    public SandboxClock? Clock { get; init; }

    /// <summary>
    /// Makes what runs the containers of pods: simulated programs, or <see cref="RealRuntime"/>; null for a bare API whose objects
    /// nothing works on.
    /// </summary>
    public Func<SandboxSurroundings, IContainerRuntime>? Runtime { get; init; } = surroundings => new SimulatedRuntime(surroundings.Clock);

    /// <summary>How long the first pull of an image takes, on the sandbox's clock.</summary>
    public TimeSpan ImagePullTime { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>What a sandbox gives to whatever runs its containers.</summary>
/// <param name="Clock">The time that the sandbox lives by.</param>
/// <param name="Folder">A folder that goes with the sandbox.</param>
internal sealed record SandboxSurroundings(SandboxClock Clock, string Folder);
