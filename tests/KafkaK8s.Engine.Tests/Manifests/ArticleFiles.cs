using System.Text.Json.Nodes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Manifests;

/// <summary>The article's own files, which are kept beside the repository and not in it.</summary>
internal static class ArticleFiles
{
    public static string Folder { get; } = FindFolder();

    /// <summary>Every file's resource by the file's name; skips the test where the files aren't.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Load()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "The article's files are not there: ../shared/seed/article, beside the repository.");
        return Directory.GetFiles(Folder, "*.yml").ToDictionary(file => Path.GetFileName(file), file => ManifestReader.Read(File.ReadAllText(file), file));
    }

    private static string FindFolder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "KafkaK8s.sln")))
        {
            root = root.Parent;
        }

        return Path.Combine(root?.Parent?.FullName ?? "", "shared", "seed", "article");
    }
}
