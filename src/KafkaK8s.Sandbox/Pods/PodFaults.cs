namespace KafkaK8s.Sandbox.Pods;

/// <summary>What goes wrong with pods, on request.</summary>
internal sealed class PodFaults(Kubelet kubelet, PodSessions sessions)
{
    /// <summary>Kills the programs of a pod's containers; the kubelet starts them again.</summary>
    /// <exception cref="InvalidOperationException">The pod isn't running.</exception>
    public void Kill(string ns, string pod)
    {
        foreach (var container in Find(ns, pod).Containers)
        {
            container.Running?.Kill();
        }
    }

    /// <summary>Kills the programs of a pod's containers and keeps them from being started again until <see cref="Release"/>.</summary>
    /// <exception cref="InvalidOperationException">The pod isn't running.</exception>
    public void Hold(string ns, string pod)
    {
        foreach (var container in Find(ns, pod).Containers)
        {
            container.Hold();
            container.Running?.Kill();
        }
    }

    /// <summary>Lets the programs of a pod that was held start again.</summary>
    /// <exception cref="InvalidOperationException">The pod isn't running.</exception>
    public void Release(string ns, string pod)
    {
        foreach (var container in Find(ns, pod).Containers)
        {
            container.Release();
        }
    }

    /// <summary>
    /// Puts a file of a size into a pod's volume, so that simulated pods find it as full; the file takes no room on this machine, and real
    /// ones see this machine's disk.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pod isn't running, or has no such volume.</exception>
    public void Fill(string ns, string pod, string volume, long bytes)
    {
        var folder = Find(ns, pod).VolumeFolder(volume) ?? throw new InvalidOperationException($"pod {ns}/{pod} has no volume {volume}");
        using var file = File.Create(Path.Combine(folder, "filling"));
        file.SetLength(bytes);
    }

    /// <summary>How many execs and port-forwards are open to a pod.</summary>
    public int OpenSessions(string ns, string pod) => sessions.Count(ns, pod);

    /// <summary>Completes when no exec and no port-forward is open to a pod.</summary>
    public Task WhenNoSessionsAsync(string ns, string pod) => sessions.WhenNoneAsync(ns, pod);

    /// <summary>Cuts the execs and port-forwards that are open to a pod, in the middle of whatever they do.</summary>
    public void CutSessions(string ns, string pod) => sessions.Cut(ns, pod);

    private PodWorker Find(string ns, string pod) =>
        kubelet.Find(ns, pod) ?? throw new InvalidOperationException($"pod {ns}/{pod} isn't running");
}
