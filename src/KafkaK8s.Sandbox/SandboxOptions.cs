namespace KafkaK8s.Sandbox;

/// <summary>What a sandbox is started with.</summary>
internal sealed record SandboxOptions
{
    /// <summary>The port to serve on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The time that the sandbox lives by; null for the wall's.</summary>
    public SandboxClock? Clock { get; init; }
}
