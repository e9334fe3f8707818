using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>What a program of a real Kafka answered once.</summary>
internal sealed record Transcript(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("argv")] IReadOnlyList<string> Arguments,
    [property: JsonPropertyName("stdin")] string? Input,
    [property: JsonPropertyName("exitCode")] int ExitCode,
    [property: JsonPropertyName("stdout")] string Output,
    [property: JsonPropertyName("stderr")] string Error)
{
    /// <summary>The recordings of a version in their order; skips the test where there are none.</summary>
    public static IReadOnlyList<Transcript> Read(string version)
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "KafkaK8s.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        var file = Path.Combine(folder ?? "", "..", "shared", "kafka", "transcripts", version + ".jsonl");
        Assert.SkipUnless(File.Exists(file), "the transcripts of real Kafka aren't beside the repository (../shared/kafka/transcripts)");
        return [.. File.ReadLines(file).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<Transcript>(line)!)];
    }

    /// <summary>What the programs for partitions answered while partitions moved, in the order in which they were asked.</summary>
    public static IReadOnlyList<Transcript> ReadPartitions(string version) =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "partitions.jsonl"))
            .Where(line => JsonDocument.Parse(line).RootElement.GetProperty("kafka").GetString() == version)
            .Select(line => JsonSerializer.Deserialize<Transcript>(line)!),
    ];
}
