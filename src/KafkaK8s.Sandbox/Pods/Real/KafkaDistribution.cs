using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>The Kafka releases on this machine, and the Java that runs them.</summary>
/// <param name="Java">The java program.</param>
/// <param name="Releases">The releases, the newest first.</param>
internal sealed partial record KafkaDistribution(string Java, IReadOnlyList<KafkaRelease> Releases)
{
    private static readonly string[] LibraryFolders = ["lib", "libs"];

    /// <summary>
    /// Finds a distribution: a folder as it is downloaded, or a folder with one folder for each release. Without a name it is
    /// <c>KAFKA_HOME</c>, or <c>../shared/kafka</c> beside the repository. Java is that of <c>JAVA_HOME</c>, or the one on the PATH.
    /// </summary>
    /// <exception cref="KafkaDistributionException">There is none, or no Java, or the system can't run it.</exception>
    public static KafkaDistribution Find(string? folder = null)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new KafkaDistributionException("real pods need a system with bash; on Windows, use simulated ones or WSL");
        }

        var home = folder ?? Environment.GetEnvironmentVariable("KAFKA_HOME") ?? BesideRepository()
            ?? throw new KafkaDistributionException("no Kafka distribution: KAFKA_HOME isn't set, and there is no ../shared/kafka beside the repository");
        if (!Directory.Exists(home))
        {
            throw new KafkaDistributionException($"there is no folder {home}");
        }

        var root = Path.GetFullPath(home);
        var releases = new[] { root }.Concat(Directory.EnumerateDirectories(root)).Select(Release).OfType<KafkaRelease>()
            .OrderByDescending(release => release.Version).ToList();
        if (releases.Count == 0)
        {
            throw new KafkaDistributionException($"{root} holds no Kafka release: there is no kafka-clients-VERSION.jar in lib or libs, neither in it nor one level below");
        }

        return new KafkaDistribution(FindJava(), releases);
    }

    private static KafkaRelease? Release(string folder)
    {
        var libraries = LibraryFolders.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists);
        if (libraries is null || !Directory.Exists(Path.Combine(folder, "bin")))
        {
            return null;
        }

        var version = Directory.EnumerateFiles(libraries, "kafka-clients-*.jar").Select(file => ClientsJar().Match(Path.GetFileName(file)))
            .FirstOrDefault(match => match.Success)?.Groups[1].Value;
        return version is null ? null : new KafkaRelease(Version.Parse(version), folder);
    }

    private static string FindJava()
    {
        var named = Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } home ? Path.Combine(home, "bin", "java") : null;
        return named is not null && File.Exists(named)
            ? named
            : HostPrograms.Find("java") ?? throw new KafkaDistributionException("no Java: JAVA_HOME isn't set, and there is no java on the PATH");
    }

    private static string? BesideRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KafkaK8s.sln")))
            {
                var shared = Path.Combine(folder.FullName, "..", "shared", "kafka");
                return Directory.Exists(shared) ? Path.GetFullPath(shared) : null;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^kafka-clients-(\d+\.\d+\.\d+)\.jar$")]
    private static partial Regex ClientsJar();
}

/// <summary>A Kafka release in a folder.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Folder">Where it is.</param>
internal sealed record KafkaRelease(Version Version, string Folder)
{
    /// <summary>
    /// What its programs run, by their name without <c>.sh</c>: a class, in a release that lists them in a file <c>programs</c>, or else
    /// the path of a script of its own.
    /// </summary>
    public IReadOnlyDictionary<string, string> Programs { get; } = Listed(Path.Combine(Folder, "programs")) ?? Scripts(Path.Combine(Folder, "bin"));

    /// <summary>Whether ZooKeeper is part of it.</summary>
    public bool HasZooKeeper => Programs.ContainsKey("zookeeper-server-start");

    private static Dictionary<string, string>? Listed(string file) => !File.Exists(file)
        ? null
        : File.ReadLines(file).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length == 2)
            // Such a list has no line for the program that runs whatever class it is told.
            .Append(["kafka-run-class", ""])
            .ToDictionary(words => words[0], words => words[1]);

    private static Dictionary<string, string> Scripts(string folder) =>
        Directory.EnumerateFiles(folder, "*.sh").ToDictionary(file => Path.GetFileNameWithoutExtension(file));
}

/// <summary>There is no Kafka to run.</summary>
internal sealed class KafkaDistributionException(string message) : Exception(message);
