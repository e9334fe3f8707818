using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace KafkaK8s.Tests.Hosting;

/// <summary>
/// Objects as the text of a CSV file and back, as Export-Csv and Import-Csv do it: every property in quotes, and what comes back is text.
/// The session that tests run in has only PowerShell's core commands, and these two are not among them.
/// </summary>
internal static class CsvText
{
    /// <summary>The text that Export-Csv writes of objects of one type.</summary>
    public static string Write(IReadOnlyList<PSObject> objects)
    {
        var names = objects[0].Properties.Select(property => property.Name).ToList();
        var lines = objects.Select(item => names.Select(name => Convert.ToString(item.Properties[name].Value, CultureInfo.InvariantCulture) ?? ""));
        return string.Concat(lines.Prepend(names).Select(cells => string.Join(',', cells.Select(Quote)) + "\r\n"));
    }

    /// <summary>The objects that Import-Csv makes of such a text.</summary>
    public static IReadOnlyList<PSObject> Read(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Cells).ToList();
        return
        [
            .. lines.Skip(1).Select(cells =>
            {
                var row = new PSObject();
                foreach (var (name, cell) in lines[0].Zip(cells))
                {
                    row.Properties.Add(new PSNoteProperty(name, cell));
                }

                return row;
            }),
        ];
    }

    private static string Quote(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                // Two quotes within quotes are one; any other begins or ends them.
                if (quoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    cell.Append(line[i++]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        return [.. cells, cell.ToString()];
    }
}
