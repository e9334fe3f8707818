using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Finds out which of Kafka's programs an image has, and remembers it: an image doesn't change.</summary>
internal sealed partial class ToolCatalog
{
    /// <summary>What this process has learned so far.</summary>
    public static ToolCatalog Shared { get; } = new();

    // cp-kafka has the plain names in the search path, bitnami the ones with .sh, apache and strimzi none of them.
    private static readonly (string Folder, string Suffix)[] Places =
    [
        ("", ""),
        ("", ".sh"),
        ("/opt/kafka/bin/", ".sh"),
        ("/opt/bitnami/kafka/bin/", ".sh"),
    ];

    // --version came with 2.3. What came before talks to ZooKeeper, as 1.1 does.
    private static readonly Version BeforeVersionOption = new(1, 1);

    private readonly ConcurrentDictionary<string, Toolset> _byImage = new(StringComparer.Ordinal);

    /// <summary>The programs of a pod's image, or null when it has none of them.</summary>
    /// <exception cref="EngineException">The pod could not be asked, or its answer not be understood.</exception>
    public async Task<Toolset?> FindAsync(ToolPod pod, IProgramRunner runner, IOperationObserver observer, CancellationToken cancellation)
    {
        if (_byImage.TryGetValue(pod.Image, out var known))
        {
            return known;
        }

        foreach (var (folder, suffix) in Places)
        {
            if (await VersionAtAsync(folder + "kafka-topics" + suffix, pod, runner, cancellation) is not { } version)
            {
                continue;
            }

            var found = new Toolset(version, folder, suffix, ToolDialect.For(version));
            if (_byImage.TryAdd(pod.Image, found) && ToolDialect.IsNewerThanKnown(version))
            {
                observer.Warning($"Kafka {version} in {pod.Image} is newer than any that this module knows; it is treated as {ToolDialect.NewestKnown}.");
            }

            return _byImage[pod.Image];
        }

        return null;
    }

    private static async Task<Version?> VersionAtAsync(string path, ToolPod pod, IProgramRunner runner, CancellationToken cancellation)
    {
        var output = new TextCollector();
        var errors = new TextCollector();
        int exitCode;
        try
        {
            exitCode = await runner.RunAsync(
                new ProgramCall(ToolEnvironment.Run(path, ["--version"]), null, output.AddAsync, errors.AddAsync), cancellation);
        }
        catch (ProgramNotFoundException)
        {
            return null;
        }

        // env starts the program, and says in its own way that there is none: 127 when it is missing, 126 when it may not run.
        if (exitCode is 126 or 127)
        {
            return null;
        }

        if (exitCode == 0 && VersionLine().Match(output.Text) is { Success: true } match)
        {
            var told = new Version(Number(match, 1), Number(match, 2), Number(match, 3));
            return match.Groups["confluent"].Success ? OfConfluent(told) : told;
        }

        if (errors.Text.Contains("version is not a recognized option", StringComparison.Ordinal))
        {
            return BeforeVersionOption;
        }

        throw new EngineException(
            "KafkaToolsUnreadable",
            EngineErrorKind.InvalidData,
            pod.Name,
            $"{path} --version in pod {pod.Name} ({pod.Image}) answered with exit code {exitCode} and words that are not a version: {ToolFailure.Excerpt(output.Text, errors.Text)}",
            "Run the program by hand in that pod to see what is wrong with it.");
    }

    // Confluent's builds tell Confluent's own release, 7.9.2-ccs for one. Its first two numbers say which Kafka it is; the patches differ.
    private static Version OfConfluent(Version platform) => platform.Major switch
    {
        5 => new Version(2, platform.Minor),
        6 => new Version(2, 6 + platform.Minor),
        _ => new Version(platform.Major - 4, platform.Minor),
    };

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d+)\.(\d+)\.(\d+)(?<confluent>(?:-\d+)*-(?:ccs|ce)\b)?", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex VersionLine();
}
