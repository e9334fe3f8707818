using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace KafkaK8s.Benchmarks;

/// <summary>What a session costs that has just begun: measured in a process of its own, in which nothing was used before.</summary>
/// <param name="Import">Importing the module.</param>
/// <param name="FirstCall">The first question to a cluster: loading the engine, reading the kubeconfig, TLS, the question.</param>
/// <param name="SecondCall">The same question again.</param>
/// <param name="EngineLoadedByImport">Whether the import loaded the engine.</param>
internal sealed record FreshSession(TimeSpan Import, TimeSpan FirstCall, TimeSpan SecondCall, bool EngineLoadedByImport)
{
    /// <summary>Makes this program such a process.</summary>
    public const string Switch = "--fresh-session";

    private const string Call = "Get-KafkaNamespace";

    /// <summary>Starts the process, and returns what it measured.</summary>
    public static async Task<FreshSession> StartAsync(string kubeConfig, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, ArgumentList = { typeof(FreshSession).Assembly.Location, Switch, kubeConfig } };
        using var process = Process.Start(start)!;
        var told = (await process.StandardOutput.ReadToEndAsync(cancellation)).Split((char[])[], StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0 || told.Length != 4)
        {
            throw new InvalidOperationException($"The session ended with exit code {process.ExitCode}.");
        }

        return new FreshSession(Time(told[0]), Time(told[1]), Time(told[2]), bool.Parse(told[3]));
    }

    /// <summary>What the process does.</summary>
    public static void Run(string manifest, string kubeConfig)
    {
        Environment.SetEnvironmentVariable("KUBECONFIG", kubeConfig);
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // PowerShell's own first command is not the module's cost.
        Measure(runspace, "Get-Command Import-Module | ForEach-Object Name");
        var import = Measure(runspace, $"Import-Module '{manifest.Replace("'", "''", StringComparison.Ordinal)}'");
        var engine = AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name is "KafkaK8s.Engine" or "KubernetesClient" or "YamlDotNet");
        var first = Measure(runspace, Call);
        var second = Measure(runspace, Call);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{import.Ticks} {first.Ticks} {second.Ticks} {engine}"));
    }

    private static TimeSpan Time(string ticks) => TimeSpan.FromTicks(long.Parse(ticks, CultureInfo.InvariantCulture));

    private static TimeSpan Measure(Runspace runspace, string script)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript(script);
        var start = Stopwatch.GetTimestamp();
        shell.Invoke();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return shell.HadErrors ? throw shell.Streams.Error[0].Exception : elapsed;
    }
}
