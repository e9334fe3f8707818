using System.Globalization;

namespace KafkaK8s.Sandbox.Api.Tables;

/// <summary>Spans of time as people read them in tables.</summary>
internal static class Ages
{
    /// <summary>The time since a stamp, <c>&lt;unknown&gt;</c> without one.</summary>
    public static string Since(string? stamp, DateTimeOffset now) =>
        DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, out var then) ? Write(now - then) : "<unknown>";

    /// <summary>A span in at most two units: <c>5s</c>, <c>2m3s</c>, <c>10m</c>, <c>3h4m</c>, <c>5d</c>.</summary>
    public static string Write(TimeSpan span)
    {
        var seconds = (long)Math.Max(0, span.TotalSeconds);
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds switch
        {
            < 120 => $"{seconds}s",
            < 600 => Two(minutes, "m", seconds % 60, "s"),
            < 3 * 3600 => $"{minutes}m",
            < 8 * 3600 => Two(hours, "h", minutes % 60, "m"),
            < 2 * 86400 => $"{hours}h",
            < 8 * 86400 => Two(days, "d", hours % 24, "h"),
            < 2 * 365 * 86400L => $"{days}d",
            _ => Two(days / 365, "y", days % 365, "d"),
        };
    }

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
