using System.Diagnostics;
using System.Globalization;

namespace KafkaK8s.Benchmarks;

/// <summary>What a session costs that has just begun: measured in a PowerShell process of its own, in which nothing was used before but one command.</summary>
/// <param name="Import">Importing the module.</param>
/// <param name="FirstCall">The first question to a cluster: loading the engine, reading the kubeconfig, TLS, the question.</param>
/// <param name="SecondCall">The same question again.</param>
/// <param name="EngineLoadedByImport">Whether the import loaded the engine.</param>
internal sealed record FreshSession(TimeSpan Import, TimeSpan FirstCall, TimeSpan SecondCall, bool EngineLoadedByImport)
{
    // PowerShell's own first command is not the module's cost.
    private const string Script = """
        Get-Command Import-Module | Out-Null
        function Measure-Ticks([scriptblock] $What) { $start = [Diagnostics.Stopwatch]::GetTimestamp(); & $What | Out-Null; [Diagnostics.Stopwatch]::GetElapsedTime($start).Ticks }
        $ErrorActionPreference = 'Stop'
        Measure-Ticks { } | Out-Null
        Measure-Ticks { Import-Module $env:KAFKAK8S_MODULE }
        [bool]([AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -match '^(KafkaK8s\.Engine|KubernetesClient|YamlDotNet)$')
        Measure-Ticks { Get-KafkaNamespace }
        Measure-Ticks { Get-KafkaNamespace }
        """;

    /// <summary>Starts the process, and returns what it measured.</summary>
    /// <param name="manifest">The module's manifest.</param>
    /// <param name="kubeConfig">Where the cluster is.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="InvalidOperationException">It failed, for instance because the repository's tools were not restored.</exception>
    public static async Task<FreshSession> StartAsync(string manifest, string kubeConfig, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(manifest)! };
        foreach (var argument in (string[])["pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", Script])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["KAFKAK8S_MODULE"] = manifest;
        start.Environment["KUBECONFIG"] = kubeConfig;
        using var process = Process.Start(start)!;
        var told = (await process.StandardOutput.ReadToEndAsync(cancellation)).Split((char[])[], StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 && told.Length == 4
            ? new FreshSession(Time(told[0]), Time(told[2]), Time(told[3]), bool.Parse(told[1]))
            : throw new InvalidOperationException($"PowerShell ended with exit code {process.ExitCode}. It is a tool of this repository: dotnet tool restore.");
    }

    private static TimeSpan Time(string ticks) => TimeSpan.FromTicks(long.Parse(ticks, CultureInfo.InvariantCulture));
}
