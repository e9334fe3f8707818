using System.Text.Json.Nodes;
using KafkaK8s.Engine.Tests.Manifests;

namespace KafkaK8s.Engine.Tests.Clusters;

/// <summary>What a real cluster answered, kept beside the repository.</summary>
internal static class Transcripts
{
    private static readonly string File = Path.Combine(ArticleFiles.Folder, "..", "..", "kubernetes", "transcripts", "rest.jsonl");

    /// <summary>The body of a recorded answer; skips the test where there are no recordings.</summary>
    public static JsonObject Answer(string name)
    {
        Assert.SkipUnless(System.IO.File.Exists(File), "The recordings are not there: ../shared/kubernetes/transcripts, beside the repository.");
        return System.IO.File.ReadLines(File)
            .Select(line => JsonNode.Parse(line)!)
            .Single(entry => (string?)entry["name"] == name)["response"]!["body"]!.AsObject();
    }
}
