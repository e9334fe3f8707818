using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>What runs the containers of pods: the simulated programs, or real processes.</summary>
internal interface IContainerRuntime
{
    /// <summary>
    /// The time that its programs live by when it isn't the sandbox's: the wall's for real processes, which no clock makes faster.
    /// Probes give them as much of this time to answer, and nothing is killed for being slow before as much of it has passed.
    /// </summary>
    TimeProvider? OwnTime => null;

    /// <summary>Whether its programs reach each other through this machine's network, where a service needs an address that somebody listens at.</summary>
    bool UsesSockets => false;

    /// <summary>Whether this runtime has the image. An image that no runtime has can't be pulled.</summary>
    bool HasImage(string image);

    /// <summary>Starts a container's main program. Throws only for what a container runtime reports as a start error.</summary>
    Task<IContainer> StartAsync(ContainerStart start, CancellationToken cancellation);
}

/// <summary>A started container.</summary>
internal interface IContainer : IAsyncDisposable
{
    /// <summary>Completes with the exit code when the main program ends (137 when it was killed).</summary>
    Task<int> Completion { get; }

    /// <summary>Runs a program in the container: an exec, or an exec probe. Returns its exit code.</summary>
    /// <exception cref="ProgramNotFoundException">There is no such program in the image.</exception>
    Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellation);

    /// <summary>Opens a connection to a port of the container: a TCP probe, or a port-forward.</summary>
    /// <exception cref="IOException">Nothing listens there (connection refused).</exception>
    Task<Stream> ConnectAsync(int port, CancellationToken cancellation);

    /// <summary>SIGTERM; the program has until the grace period's end, then it is killed.</summary>
    Task StopAsync(TimeSpan grace);

    /// <summary>SIGKILL.</summary>
    void Kill();
}

/// <summary>All that a container needs to start.</summary>
/// <param name="Pod">The pod as the API has it.</param>
/// <param name="Container">The container's part of the pod's spec.</param>
/// <param name="Address">The pod's own loopback address, 127.x.y.z.</param>
/// <param name="HostName">The pod's host name.</param>
/// <param name="Environment">The environment as the kubelet would make it: service links, field references and all.</param>
/// <param name="Volumes">Folder of each mounted volume, by mount path. They outlive the container; a claim's outlives the pod.</param>
/// <param name="Names">Resolves cluster names as the cluster's DNS would.</param>
/// <param name="Log">Takes the container's standard output and error, line by line.</param>
internal sealed record ContainerStart(
    JsonObject Pod,
    JsonObject Container,
    string Address,
    string HostName,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Volumes,
    IClusterNames Names,
    Action<string> Log)
{
    /// <summary>How many bytes each mounted claim holds, by mount path.</summary>
    public IReadOnlyDictionary<string, long> Capacities { get; init; } = new Dictionary<string, long>();
}

/// <summary>A program to run in a running container.</summary>
/// <param name="Arguments">The argument vector, program first; never a shell string.</param>
/// <param name="StandardInput">Ends when the client closed its side; null when no input was asked for.</param>
/// <param name="StandardOutput">Where its output goes.</param>
/// <param name="StandardError">Where its errors go.</param>
internal sealed record ContainerExec(
    IReadOnlyList<string> Arguments,
    Stream? StandardInput,
    Stream StandardOutput,
    Stream StandardError);

/// <summary>The cluster's DNS.</summary>
internal interface IClusterNames
{
    /// <summary>Raised when names may resolve differently than before.</summary>
    event Action? Changed
    {
        add { }
        remove { }
    }

    /// <summary>The pod addresses behind a name as seen from a namespace: <c>kafka</c>, <c>kafka-0.kafka-headless</c>, or a full name; empty when there is none.</summary>
    IReadOnlyList<string> Resolve(string name, string fromNamespace);

    /// <summary>Every full and short name that a namespace's pods can resolve, with its addresses: what a hosts file needs.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<string>> All(string fromNamespace);
}

/// <summary>There is no such program in the container's image.</summary>
internal sealed class ProgramNotFoundException(string program) : Exception(
    program.Contains('/')
        ? $"exec: \"{program}\": stat {program}: no such file or directory"
        : $"exec: \"{program}\": executable file not found in $PATH")
{
    /// <summary>The program that was asked for.</summary>
    public string Program { get; } = program;
}
