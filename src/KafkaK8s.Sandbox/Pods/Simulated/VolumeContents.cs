using System.Collections.Concurrent;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>
/// What simulated servers would have on their disks. It lives in memory, and a small file in the volume's folder says which memory
/// is meant: when the folder is emptied or replaced, the data are gone, as on a real volume.
/// </summary>
internal sealed class VolumeContents
{
    private const string MarkerFile = ".simulated-data";

    private readonly ConcurrentDictionary<string, object> _contents = new(StringComparer.Ordinal);

    /// <summary>What is on a volume; new when nothing is, or when there is no volume at all.</summary>
    public T Open<T>(string? folder)
        where T : class, new()
    {
        if (folder is null)
        {
            return new T();
        }

        if (Find<T>(folder) is { } contents)
        {
            return contents;
        }

        var created = new T();
        Replace(folder, created);
        return created;
    }

    /// <summary>What is on a volume; null when nothing is.</summary>
    public T? Find<T>(string folder)
        where T : class
    {
        var marker = Path.Combine(folder, MarkerFile);
        return File.Exists(marker) && _contents.TryGetValue(File.ReadAllText(marker), out var found) ? found as T : null;
    }

    /// <summary>Puts something else on a volume: what a ZooKeeper server does that gets its leader's snapshot.</summary>
    public void Replace(string? folder, object contents)
    {
        if (folder is null)
        {
            return;
        }

        var id = Guid.NewGuid().ToString("N");
        _contents[id] = contents;
        Directory.CreateDirectory(folder);
        var marker = Path.Combine(folder, MarkerFile);
        if (File.Exists(marker))
        {
            _contents.TryRemove(File.ReadAllText(marker), out _);
        }

        File.WriteAllText(marker, id);
    }
}
