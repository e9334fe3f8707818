using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>
/// The folders behind pods' volumes, all in one folder of the sandbox: a pod's own go with the pod, a claim's with the claim, and all
/// of them with the sandbox.
/// </summary>
internal sealed class PodVolumes : IDisposable
{
    private readonly ObjectStore _store;

    public PodVolumes(ObjectStore store)
    {
        _store = store;
        Root = Directory.CreateTempSubdirectory("kafkak8s-sandbox-").FullName;
    }

    /// <summary>The sandbox's folder.</summary>
    public string Root { get; }

    /// <summary>The folder of a pod's files.</summary>
    public string PodFolder(JsonObject pod) => Path.Combine(Root, "pods", pod.TextAt("metadata", "uid")!);

    /// <summary>Prepares a pod's volumes.</summary>
    /// <returns>The folder of each, by the volume's name.</returns>
    /// <exception cref="MountException">Something that a volume comes from isn't there.</exception>
    public IReadOnlyDictionary<string, string> Mount(JsonObject pod)
    {
        var folders = new Dictionary<string, string>();
        foreach (var volume in pod.ObjectsAt("spec", "volumes"))
        {
            var name = volume.TextAt("name")!;
            var folder = volume.TextAt("persistentVolumeClaim", "claimName") is { } claim
                ? ClaimFolder(pod, claim)
                : Path.Combine(PodFolder(pod), "volumes", name);
            Directory.CreateDirectory(folder);
            Fill(pod, volume, folder);
            folders[name] = folder;
        }

        return folders;
    }

    /// <summary>How many bytes the claim behind a pod's volume holds; null where it is no claim.</summary>
    public long? CapacityOf(JsonObject pod, string volume) =>
        pod.ObjectsAt("spec", "volumes").FirstOrDefault(candidate => candidate.TextAt("name") == volume).TextAt("persistentVolumeClaim", "claimName") is { } claim
        && _store.Get(ResourceKind.PersistentVolumeClaims, pod.Namespace(), claim) is { } found
            ? (long?)Quantity.Parse(found["status"]?["capacity"]?["storage"] ?? found["spec"]?["resources"]?["requests"]?["storage"])
            : null;

    /// <summary>Removes what a pod leaves behind; its claims stay.</summary>
    public void Remove(JsonObject pod) => Delete(PodFolder(pod));

    /// <summary>Removes a claim's data.</summary>
    public void DiscardClaim(string uid) => Delete(Path.Combine(Root, "claims", uid));

    /// <inheritdoc />
    public void Dispose() => Delete(Root);

    private string ClaimFolder(JsonObject pod, string name)
    {
        var claim = _store.Get(ResourceKind.PersistentVolumeClaims, pod.Namespace(), name)
            ?? throw new MountException(name, $"persistentvolumeclaim \"{name}\" not found");
        return Path.Combine(Root, "claims", claim.TextAt("metadata", "uid")!);
    }

    private void Fill(JsonObject pod, JsonObject volume, string folder)
    {
        var name = volume.TextAt("name")!;
        if (volume["configMap"] is JsonObject fromMap)
        {
            Write(name, fromMap, Source(ResourceKind.ConfigMaps, pod, fromMap, fromMap.TextAt("name"), name), folder, value => value);
        }
        else if (volume["secret"] is JsonObject fromSecret)
        {
            var source = Source(ResourceKind.Secrets, pod, fromSecret, fromSecret.TextAt("secretName"), name);
            Write(name, fromSecret, source, folder, value => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(value)));
        }
    }

    private JsonObject? Source(ResourceKind kind, JsonObject pod, JsonObject reference, string? source, string volume)
    {
        var found = _store.Get(kind, pod.Namespace(), source ?? "");
        return found is not null || reference["optional"]?.GetValue<bool>() == true
            ? found
            : throw new MountException(volume, $"{kind.Singular} \"{source}\" not found");
    }

    private static void Write(string volume, JsonObject reference, JsonObject? source, string folder, Func<string, string> decode)
    {
        var data = source?["data"] as JsonObject ?? [];
        var items = reference["items"] is JsonArray chosen
            ? chosen.OfType<JsonObject>().Select(item => (Key: item.TextAt("key")!, Path: item.TextAt("path")!))
            : data.Select(entry => (entry.Key, Path: entry.Key));
        foreach (var (key, path) in items)
        {
            if (data.TextAt(key) is not { } value)
            {
                throw new MountException(volume, $"references non-existent config key: {key}");
            }

            var file = Path.GetFullPath(Path.Combine(folder, path));
            if (!file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new MountException(volume, $"invalid path: {path}");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, decode(value));
        }
    }

    private static void Delete(string folder)
    {
        // A program that is being killed may still be writing: what appears meanwhile is removed in the next round.
        for (var attempt = 0; Directory.Exists(folder) && attempt < 20; attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(50);
            }
        }
    }
}

/// <summary>A volume can't be mounted.</summary>
internal sealed class MountException(string volume, string why) : Exception($"MountVolume.SetUp failed for volume \"{volume}\" : {why}");
