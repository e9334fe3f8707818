using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>What a real cluster answered, where the recordings are at hand.</summary>
internal static class RecordedKubernetes
{
    /// <summary>One recorded exchange.</summary>
    public static JsonObject Named(string file, string name)
    {
        var path = Find(file);
        Assert.SkipUnless(path is not null, $"The recordings ../shared/kubernetes/transcripts/{file} are not here.");
        return File.ReadLines(path!).Select(line => JsonNode.Parse(line)!.AsObject()).Single(entry => (string?)entry["name"] == name);
    }

    private static string? Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KafkaK8s.sln")))
            {
                var path = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "kubernetes", "transcripts", file));
                return File.Exists(path) ? path : null;
            }
        }

        return null;
    }
}
