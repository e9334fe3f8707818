using System.Globalization;

namespace KafkaK8s;

/// <summary>Writes spans of time as kubectl does in its AGE columns.</summary>
public static class KubernetesAge
{
    /// <summary>The time since an instant: <c>45s</c>, <c>3m12s</c>, <c>25m</c>, <c>5h12m</c>, <c>22h</c>, <c>3d4h</c>, <c>40d</c>, <c>2y31d</c>.</summary>
    /// <param name="since">The instant, or null where it is not known.</param>
    /// <returns>The span, or <c>&lt;unknown&gt;</c>.</returns>
    public static string Format(DateTimeOffset? since) => since is { } instant ? Format(DateTimeOffset.UtcNow - instant) : "<unknown>";

    /// <summary>Two units while the first is small, one when it is large.</summary>
    internal static string Format(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds}s",
        { TotalMinutes: < 10 } => Pair((int)age.TotalMinutes, "m", age.Seconds, "s"),
        { TotalHours: < 3 } => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 8 } => Pair((int)age.TotalHours, "h", age.Minutes, "m"),
        { TotalHours: < 48 } => $"{(int)age.TotalHours}h",
        { TotalDays: < 8 } => Pair((int)age.TotalDays, "d", age.Hours, "h"),
        { TotalDays: < 365 * 2 } => $"{(int)age.TotalDays}d",
        { TotalDays: < 365 * 8 } => Pair((int)age.TotalDays / 365, "y", (int)age.TotalDays % 365, "d"),
        _ => $"{(int)age.TotalDays / 365}y",
    };

    private static string Pair(int first, string firstUnit, int second, string secondUnit)
        => second == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{first}{firstUnit}")
            : string.Create(CultureInfo.InvariantCulture, $"{first}{firstUnit}{second}{secondUnit}");
}
