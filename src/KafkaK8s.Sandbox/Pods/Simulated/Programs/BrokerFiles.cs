using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What a pod's disks show of themselves.</summary>
internal static class BrokerFiles
{
    private const string FileName = "/meta.properties";
    private const int Kibibyte = 1024;

    /// <summary>The text of a broker's meta.properties; null when that path is none, or nothing was written there.</summary>
    public static string? MetaProperties(SimulatedPod pod, string path)
    {
        if (!path.EndsWith(FileName, StringComparison.Ordinal)
            || pod.VolumeOf(path) is not { } folder
            || pod.World.Volumes.Find<BrokerStorage>(folder) is not { BrokerId: { } id } storage)
        {
            return null;
        }

        var cluster = pod.Image.HasOldTools ? "" : $"cluster.id={storage.ClusterId}\n";
        return string.Create(CultureInfo.InvariantCulture, $"#\n#{pod.Clock.GetUtcNow():ddd MMM dd HH:mm:ss} UTC {pod.Clock.GetUtcNow():yyyy}\nbroker.id={id}\nversion=0\n{cluster}");
    }

    /// <summary><c>df -Pk PATH</c> on a claim: its size is the claim's, what is used are the files in it.</summary>
    public static Task<int> DiskFreeAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (call.Arguments is not ["-Pk", var path] || call.Pod.VolumeOf(path) is not { } folder || call.Pod.CapacityOf(path) is not { } size)
        {
            call.Console.Error.WriteLine("df: a simulated pod knows df -Pk PATH only, with a path on a claim");
            return Task.FromResult(1);
        }

        var used = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        call.Console.Output.WriteLine("Filesystem     1024-blocks     Used Available Capacity Mounted on");
        call.Console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"/dev/vdb      {size / Kibibyte,12} {used / Kibibyte,8} {Math.Max(0, size - used) / Kibibyte,9} {(size == 0 ? 0 : 100 * used / size),7}% {path}"));
        return Task.FromResult(0);
    }
}
