using KafkaK8s.Quickstart.Terminal;

namespace KafkaK8s.Quickstart;

/// <summary>One run from the practice cluster's start to its end.</summary>
internal static class QuickstartRun
{
    /// <summary>The exit code after Ctrl+C, as shells have it.</summary>
    public const int InterruptedExitCode = 130;

    // The namespace that the quickstart creates and, at its end, removes with all that is in it.
    private const string QuickstartNamespace = "the-project";

    // Minutes of image pulls, probes and elections in seconds, and still slow enough to watch. Real processes take the time they take.
    private const int SimulatedSpeed = 20;
    private const int RealSpeed = 1;

    /// <summary>Runs what was asked for, and returns the exit code.</summary>
    public static async Task<int> RunAsync(QuickstartOptions options, BuiltParts parts, TerminalUserInterface terminal, CancellationToken interruption)
    {
        if (!options.UsesSandbox)
        {
            return Run(options, options.KubeConfig, parts, terminal, interruption);
        }

        var speed = options.Kafka is null ? SimulatedSpeed : RealSpeed;
        if (options.Script is null)
        {
            terminal.WriteLine($"Starting a practice cluster on this machine. Its clock runs {speed} times as fast as yours.");
        }

        await using var sandbox = await SandboxProcess.StartAsync(parts.Sandbox, options.Kafka, speed, interruption).ConfigureAwait(false);
        return Run(options, sandbox.KubeConfig, parts, terminal, interruption);
    }

    private static int Run(QuickstartOptions options, string? kubeConfig, BuiltParts parts, TerminalUserInterface terminal, CancellationToken interruption)
    {
        using var shell = HostedShell.Open(parts.Manifest, kubeConfig, terminal);
        using var stop = interruption.Register(shell.Stop);
        if (options.Context is { } context)
        {
            shell.RunQuietly("param($context) Set-KafkaContext -Context $context -ErrorAction Stop", context);
        }

        if (options.Script is { } script)
        {
            return shell.RunScript(script);
        }

        if (!options.UsesSandbox && shell.RunQuietly($"Get-KafkaNamespace '{QuickstartNamespace}*' -ErrorAction Stop").Any(found => found.ToString() == QuickstartNamespace))
        {
            throw new QuickstartException(
                $"There is a namespace {QuickstartNamespace} in this cluster already. The quickstart would use it, and remove it at its end with all that is in it: remove it first, or run {parts.QuickstartScript} line by line.");
        }

        return new ScriptSession(File.ReadAllText(parts.QuickstartScript)).Play(shell, terminal, interruption);
    }
}
