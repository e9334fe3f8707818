using System.Diagnostics;

namespace KafkaK8s.Sandbox.Tests.Real;

/// <summary>Runs kubectl against a sandbox.</summary>
internal sealed class Kubectl : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubectl-").FullName;

    public Kubectl(SandboxServer sandbox) => sandbox.WriteKubeConfig(ConfigFile);

    public static bool IsThere => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "kubectl")));

    private string ConfigFile => Path.Combine(_folder, "config");

    /// <summary>Runs it and returns its exit code, output and errors.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = ConfigFile;
        start.Environment["HOME"] = _folder;
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Runs it, expects it to succeed, and returns its output.</summary>
    public async Task<string> DoAsync(string? input, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(input, arguments);
        Assert.True(exitCode == 0, $"kubectl {string.Join(' ', arguments)}: exit code {exitCode}: {errors}{output}");
        return output;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
