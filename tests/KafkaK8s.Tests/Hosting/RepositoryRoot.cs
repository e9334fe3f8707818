using System.Text.RegularExpressions;

namespace KafkaK8s.Tests.Hosting;

/// <summary>Where the repository and the module that its build laid out are.</summary>
internal static partial class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    public static string Manifest { get; } = System.IO.Path.Combine(Path, "output", "KafkaK8s", Version(), "KafkaK8s.psd1");

    public static string Module => System.IO.Path.GetDirectoryName(Manifest)!;

    private static string Find(string folder) => File.Exists(System.IO.Path.Combine(folder, "KafkaK8s.sln"))
        ? folder
        : Find(System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests don't run inside the repository."));

    private static string Version()
        => ModuleVersion().Match(File.ReadAllText(System.IO.Path.Combine(Path, "module", "KafkaK8s.psd1"))).Groups[1].Value;

    [GeneratedRegex(@"ModuleVersion\s*=\s*'([0-9.]+)'")]
    private static partial Regex ModuleVersion();
}
