using System.Globalization;
using System.Text;

namespace KafkaK8s.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The figure, with its unit.</param>
/// <param name="Basis">From how many runs of what.</param>
/// <param name="Limit">What it should be, or null where nothing is promised.</param>
/// <param name="IsWithinLimit">Whether it is; null where nothing is promised.</param>
internal sealed record Figure(string What, string Value, string Basis, string? Limit = null, bool? IsWithinLimit = null)
{
    /// <summary>A time in milliseconds.</summary>
    public static Figure Of(string what, TimeSpan time, string basis, TimeSpan? below = null) => new(
        what,
        Milliseconds(time),
        basis,
        below is { } limit ? $"below {Milliseconds(limit)}" : null,
        below is { } bound ? time < bound : null);

    /// <summary>A time beside that of the least it could cost.</summary>
    public static Figure Ratio(string what, TimeSpan time, TimeSpan bare, string basis) =>
        new(what, $"{Number(time / bare, "0.00")} : 1", $"{Milliseconds(time)} against {Milliseconds(bare)}; {basis}");

    /// <summary>The median, which one slow run doesn't move.</summary>
    public static TimeSpan Median(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The figures as a table.</summary>
    public static string Table(IReadOnlyList<Figure> figures)
    {
        var rows = figures.Select(figure => new[] { figure.What, figure.Value, figure.Limit is null ? "" : $"{figure.Limit}: {(figure.IsWithinLimit == true ? "yes" : "NO")}", figure.Basis })
            .Prepend(["what", "figure", "promised", "from"]).ToList();
        var widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToList();
        var table = new StringBuilder();
        for (var row = 0; row < rows.Count; row++)
        {
            table.AppendLine(string.Join("  ", rows[row].Select((cell, column) => column == 1 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
            if (row == 0)
            {
                table.AppendLine(string.Join("  ", widths.Select(width => new string('-', width))));
            }
        }

        return table.ToString();
    }

    private static string Milliseconds(TimeSpan time) => $"{Number(time.TotalMilliseconds, time.TotalMilliseconds < 10 ? "0.0" : "0")} ms";

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
