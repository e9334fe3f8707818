using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>Asks a cluster's pods about their disks, their last words, and what they can reach.</summary>
internal sealed class PodObserver(KubernetesConnection connection, ClusterSnapshot snapshot)
{
    private const int MostLines = 40;

    // Each address is tried in a process of its own, all at the same time; those that can be reached are told. The addresses are
    // arguments, which no shell reads as words of its own.
    private const string Connect = "for a; do (exec 3<>\"/dev/tcp/${a%:*}/${a##*:}\" && echo \"$a\") 2>/dev/null & done; wait";

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    /// <summary>How full the claims are that running pods have mounted.</summary>
    public async Task<IReadOnlyList<VolumeUse>?> VolumesAsync(CancellationToken cancellation)
    {
        var mounts = snapshot.Pods.Where(PodReading.IsRunning).SelectMany(Mounts).ToList();
        return [.. (await Task.WhenAll(mounts.Select(mount => UseAsync(mount, cancellation)))).OfType<VolumeUse>()];
    }

    /// <summary>What running brokers' disks say whose they are, as far as they say it.</summary>
    public async Task<IReadOnlyList<DiskIdentity>?> DisksAsync(CancellationToken cancellation)
    {
        var brokers = snapshot.PodsOf(snapshot.BrokerSet)
            .Where(pod => pod.Pod is not null && PodReading.IsRunning(pod.Pod))
            .Select(pod => DiskAsync(pod.Ordinal, pod.Pod!, cancellation));
        return [.. (await Task.WhenAll(brokers)).OfType<DiskIdentity>()];
    }

    /// <summary>The last lines of pods that are not ready, or whose containers were started again.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>?> LastWordsAsync(CancellationToken cancellation)
    {
        var pods = snapshot.Pods.Where(pod => !PodReading.IsReady(pod) || PodReading.Restarts(pod) > 0).ToList();
        var words = await Task.WhenAll(pods.Select(async pod =>
        {
            var target = Target(pod);
            var before = PodReading.Restarts(pod) > 0 ? await LinesAsync(target, previous: true, cancellation) : [];
            return (target.Pod, Lines: (IReadOnlyList<string>)[.. before, .. await LinesAsync(target, previous: false, cancellation)]);
        }));
        return words.ToDictionary(pod => pod.Pod, pod => pod.Lines);
    }

    /// <summary>Which addresses a ready pod with a bash can't connect to; null where there is no such pod to ask.</summary>
    public async Task<IReadOnlySet<string>?> UnreachableAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellation)
    {
        if (addresses.Count == 0 || snapshot.Pods.Append(snapshot.Client).OfType<JsonObject>().LastOrDefault(PodReading.IsReady) is not { } pod)
        {
            return null;
        }

        using var output = new MemoryStream();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(ConnectPatience);
        var streams = new ExecStreams(
            null,
            (bytes, token) => output.WriteAsync(bytes, token),
            (_, _) => ValueTask.CompletedTask);
        try
        {
            await PodExec.RunAsync(connection, Target(pod), ["bash", "-c", Connect, "bash", .. addresses], streams, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What swallows connections in silence can't be reached either.
        }

        var reached = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        return addresses.Except(reached).ToHashSet(StringComparer.Ordinal);
    }

    private sealed record Mount(PodTarget Target, string Claim, string Path);

    private static IEnumerable<Mount> Mounts(JsonObject pod) =>
        from volume in (pod["spec"]?["volumes"] as JsonArray ?? []).OfType<JsonObject>()
        let claim = (string?)volume["persistentVolumeClaim"]?["claimName"]
        where claim is not null
        let mount = (pod["spec"]?["containers"]?[0]?["volumeMounts"] as JsonArray ?? []).FirstOrDefault(mount => (string?)mount?["name"] == (string?)volume["name"])
        where mount is not null
        select new Mount(Target(pod), claim, (string?)mount["mountPath"] ?? "");

    private static PodTarget Target(JsonObject pod) => new(
        (string?)pod["metadata"]?["namespace"] ?? "", (string?)pod["metadata"]?["name"] ?? "", (string?)pod["spec"]?["containers"]?[0]?["name"]);

    private async Task<VolumeUse?> UseAsync(Mount mount, CancellationToken cancellation)
    {
        var answer = await RunAsync(mount.Target, ["df", "-Pk", mount.Path], cancellation);
        return answer is null ? null
            : answer.ExitCode == 0 ? DiskUseReader.Read(answer.StandardOutput, mount.Target.Pod, mount.Claim)
            : throw new EngineException(
                "VolumeUseUnknown", EngineErrorKind.Unavailable, mount.Target.Pod, $"df in pod {mount.Target.Pod} said: {answer.StandardError.Trim()}", "Look at the claim's use in your storage.");
    }

    private async Task<DiskIdentity?> DiskAsync(int ordinal, JsonObject pod, CancellationToken cancellation)
    {
        var container = pod["spec"]?["containers"]?[0] as JsonObject ?? [];
        if (ClusterSnapshot.Variable(container, "KAFKA_LOG_DIRS")?.Split(',')[0].Trim() is not { Length: > 0 } folder || !folder.StartsWith('/'))
        {
            return null;
        }

        var target = Target(pod);
        var answer = await RunAsync(target, ["cat", $"{folder.TrimEnd('/')}/meta.properties"], cancellation);
        return answer is { ExitCode: 0 } ? MetaPropertiesReader.Read(answer.StandardOutput, target.Pod, ordinal) : null;
    }

    private async Task<ExecResult?> RunAsync(PodTarget target, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        try
        {
            return await PodExec.CaptureAsync(connection, target, arguments, null, cancellation);
        }
        catch (EngineException failure) when (failure.Id is "ProgramNotFound" or "ContainerNotRunning" or "ResourceNotFound")
        {
            // An image without the program, or a pod that went meanwhile: there is nothing to see there.
            return null;
        }
    }

    private async Task<IReadOnlyList<string>> LinesAsync(PodTarget target, bool previous, CancellationToken cancellation)
    {
        var lines = new List<string>();
        try
        {
            await foreach (var line in PodLogs.ReadAsync(connection, target, new LogOptions(TailLines: MostLines, Previous: previous), cancellation))
            {
                lines.Add(line);
            }
        }
        catch (EngineException failure) when (failure.Id is "ContainerNotRunning" or "PreviousLogNotFound" or "ResourceNotFound" or "ContainerNotFound")
        {
            // It has not said anything yet, or nobody kept it.
        }

        return lines;
    }
}
