using System.Text.Json;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What lies beside the repository: Kafka distributions, and what their programs once answered.</summary>
internal static class SharedKafka
{
    /// <summary>The folder, or null where there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Why tests that need it are skipped.</summary>
    public const string Missing = "There is no ../shared/kafka beside the repository.";

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KafkaK8s.sln")))
            {
                var shared = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "kafka"));
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}

/// <summary>A question that one of Kafka's programs was asked, and its answer.</summary>
internal sealed record Transcript(string Name, string Kafka, string[] Argv, string? Stdin, int ExitCode, string Stdout, string Stderr)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>All transcripts of a release; skips the test where there are none.</summary>
    public static IReadOnlyDictionary<string, Transcript> Of(string version)
    {
        Assert.SkipUnless(SharedKafka.Folder is not null, SharedKafka.Missing);
        return File.ReadLines(Path.Combine(SharedKafka.Folder!, "transcripts", version + ".jsonl"))
            .Select(line => JsonSerializer.Deserialize<Transcript>(line, Options)!)
            .ToDictionary(transcript => transcript.Name);
    }

    /// <summary>
    /// What zookeeper-shell answered: recorded from the real programs of the two releases, on a ZooKeeper with the brokers 0 and 2, as the
    /// others were; it was never among those.
    /// </summary>
    public static Transcript OfZookeeperShell(string version, string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Kafka", "zookeeper-shell.jsonl"))
            .Select(line => JsonSerializer.Deserialize<Transcript>(line, Options)!)
            .Single(transcript => (transcript.Kafka, transcript.Name) == (version, "zookeeper-shell-" + name));

    /// <summary>
    /// What the programs for partitions answered to more than the others were asked: recorded from the real programs of the three releases, on
    /// clusters of three brokers with a topic of 40 MB in two partitions.
    /// </summary>
    public static Transcript OfPartitions(string version, string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Kafka", "partitions.jsonl"))
            .Select(line => JsonSerializer.Deserialize<Transcript>(line, Options)!)
            .Single(transcript => (transcript.Kafka, transcript.Name) == (version, name));

    /// <summary>One transcript; skips the test where the release was not asked that.</summary>
    public static Transcript Of(string version, string name)
    {
        var all = Of(version);
        Assert.SkipUnless(all.ContainsKey(name), $"{version} was not asked {name}.");
        return all[name];
    }
}
