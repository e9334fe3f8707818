using System.Net;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>A container's surroundings: its pod, image, names, and the world around it.</summary>
internal sealed class SimulatedPod(ContainerStart start, SimulatedImage image, SimulatedWorld world)
{
    public SimulatedImage Image { get; } = image;

    public SimulatedWorld World { get; } = world;

    public SandboxClock Clock => World.Clock;

    public string Address => start.Address;

    public string HostName => start.HostName;

    public string Namespace { get; } = start.Pod["metadata"]?["namespace"]?.GetValue<string>() ?? "default";

    /// <summary>The domain of the pod's host name: there is one only with a governing service.</summary>
    public string? Domain { get; } = start.Pod["spec"]?["subdomain"]?.GetValue<string>() is { Length: > 0 } subdomain
        ? $"{subdomain}.{start.Pod["metadata"]?["namespace"]?.GetValue<string>() ?? "default"}.svc.cluster.local"
        : null;

    /// <summary>The environment of the container's specification: what an exec'd program inherits.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string>(start.Environment, StringComparer.Ordinal) { ["HOSTNAME"] = start.HostName };

    /// <summary>Whether the container's Java program was started: it is seen in the list of processes.</summary>
    public bool IsServerStarted { get; set; }

    /// <summary>The JMX port of the container's own Java program, which no second one can have.</summary>
    public string? JmxPort { get; set; }

    public void Log(string line) => start.Log(line);

    /// <summary>The folder of the volume that a path of the container is on; null when it is on the container's own disk.</summary>
    public string? VolumeOf(string path) => start.Volumes
        .Where(volume => path == volume.Key || path.StartsWith(volume.Key.TrimEnd('/') + "/", StringComparison.Ordinal))
        .OrderByDescending(volume => volume.Key.Length)
        .Select(volume => volume.Value)
        .FirstOrDefault();

    /// <summary>How many bytes the claim holds that a path of the container is on; null when it is on none.</summary>
    public long? CapacityOf(string path) => start.Capacities
        .Where(claim => path == claim.Key || path.StartsWith(claim.Key.TrimEnd('/') + "/", StringComparison.Ordinal))
        .OrderByDescending(claim => claim.Key.Length)
        .Select(claim => (long?)claim.Value)
        .FirstOrDefault();

    /// <summary>The first address behind a host name; null when it is unknown.</summary>
    public string? ResolveOne(string host) => Resolve(host) is [var first, ..] ? first : null;

    /// <summary>The addresses behind a host name as this pod sees it; empty when it is unknown.</summary>
    public IReadOnlyList<string> Resolve(string host)
    {
        if (IPAddress.TryParse(host, out _))
        {
            // Inside a pod the loopback address is the pod itself; every pod of the sandbox has one of its own.
            return host == "127.0.0.1" ? [Address] : [host];
        }

        return host == "localhost" || host == HostName || host == $"{HostName}.{Domain}"
            ? [Address]
            : start.Names.Resolve(host, Namespace);
    }
}
