using System.Diagnostics;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>A Kafka release whose programs run on this machine, laid out in a folder of its own.</summary>
internal sealed class KafkaDistribution : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafka-");

    /// <summary>Lays out a release, of which nothing is missing.</summary>
    public KafkaDistribution(string version)
    {
        var release = Path.Combine(SharedKafka.Folder!, version);
        // Programs are links to one script that finds the release beside itself; a copy of the folder may have lost the links.
        foreach (var part in new[] { "lib", "config" })
        {
            Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, part), Path.Combine(release, part));
        }

        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "programs"), Path.Combine(release, "programs"));
        Directory.CreateDirectory(Programs);
        foreach (var program in Directory.EnumerateFiles(Path.Combine(release, "bin")))
        {
            File.CreateSymbolicLink(Path.Combine(Programs, Path.GetFileName(program)), Path.Combine(SharedKafka.Folder!, "launch"));
        }

        Directory.CreateDirectory(Data);
    }

    /// <summary>Why a release can't run here, or null when it can.</summary>
    public static string? WhatIsMissing(string version) =>
        SharedKafka.Folder is not { } shared ? SharedKafka.Missing
        : !Directory.Exists(Path.Combine(shared, version)) ? $"There is no Kafka {version} beside the repository."
        : HasJava() ? null : "There is no Java on this machine.";

    /// <summary>Where the programs are.</summary>
    public string Programs => Path.Combine(_folder.FullName, "bin");

    /// <summary>Where servers may keep their data.</summary>
    public string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>How to start one of the programs.</summary>
    public ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] = Programs + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        // As hostile as a pod's environment can be: a broker's heap, and a locale without a single umlaut.
        start.Environment["KAFKA_HEAP_OPTS"] = "-Xmx64G -Xms64G";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private static bool HasJava() =>
        Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 }
        || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "java")));
}
