using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace KafkaK8s.Quickstart;

/// <summary>The practice cluster, as a process of its own.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const string ReadyMark = "ready: ";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly string _folder;

    private SandboxProcess(Process process, string folder)
    {
        _process = process;
        _folder = folder;
    }

    /// <summary>The kubeconfig that leads to it.</summary>
    public string KubeConfig => Path.Combine(_folder, "kubeconfig");

    /// <summary>Starts it, and returns when it serves.</summary>
    /// <param name="assembly">The sandbox's assembly.</param>
    /// <param name="kafka">A folder with Kafka distributions for real processes, or null for simulated pods.</param>
    /// <param name="speed">How many times faster than the wall's its clock runs.</param>
    /// <param name="cancellation">Ends the start, and the process.</param>
    public static async Task<SandboxProcess> StartAsync(string assembly, string? kafka, int speed, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("kafkak8s-quickstart-").FullName;
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { assembly, "--kubeconfig", Path.Combine(folder, "kubeconfig"), "--speed", speed.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        if (kafka is not null)
        {
            start.ArgumentList.Add("--kafka");
            start.ArgumentList.Add(kafka);
        }

        var sandbox = new SandboxProcess(Process.Start(start)!, folder);
        try
        {
            await sandbox.WaitUntilReadyAsync(cancellation).ConfigureAwait(false);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Asked to end, it takes the processes of its pods with it; on Windows there is no such asking.
            if (!ProcessSignal.TrySend(_process, ProcessSignal.Terminate))
            {
                _process.Kill(entireProcessTree: true);
            }

            using var patience = new CancellationTokenSource(Grace);
            try
            {
                await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var words = new StringBuilder();
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(ReadyMark, StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (words)
            {
                words.AppendLine(line.Data);
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var ended = _process.WaitForExitAsync(cancellation);
        if (await Task.WhenAny(ready.Task, ended).ConfigureAwait(false) == ended)
        {
            await ended.ConfigureAwait(false);
            lock (words)
            {
                throw new QuickstartException($"The practice cluster did not start; it ended with exit code {_process.ExitCode}.\n{words}".TrimEnd());
            }
        }
    }
}
