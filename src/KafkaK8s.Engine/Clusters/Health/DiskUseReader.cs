using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>Reads <c>df -Pk</c>, whose form POSIX fixes: a header, and a line of device, kilobytes, used, available, percent and folder.</summary>
internal static partial class DiskUseReader
{
    /// <summary>How full the volume is.</summary>
    /// <exception cref="EngineException"><c>UnreadableOutput</c>.</exception>
    public static VolumeUse Read(string output, string pod, string claim) =>
        Line().Match(output) is { Success: true } match
            ? new VolumeUse(pod, claim, Bytes(match, "used") + Bytes(match, "available"), Bytes(match, "used"))
            : throw new EngineException(
                "UnreadableOutput", EngineErrorKind.InvalidData, pod, $"df in pod {pod} answered with something that can't be understood: {output.Trim()}", "Look at the claim's use in your storage.");

    // Used and available together are what can be used; the size counts what only root may use as well.
    private static long Bytes(Match match, string group) => 1024 * long.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^.+\s+\d+\s+(?<used>\d+)\s+(?<available>\d+)\s+\S+\s+/.*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
