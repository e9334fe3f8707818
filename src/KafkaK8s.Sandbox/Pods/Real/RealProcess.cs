using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>A program in a session and process group of its own, so that it and all that it starts can be ended together.</summary>
internal sealed class RealProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private static readonly string SetSid = HostPrograms.Find("setsid") ?? "setsid";

    private readonly Process _process;
    private readonly ProcessWatchdog _watchdog;

    private RealProcess(Process process, ProcessWatchdog watchdog)
    {
        _process = process;
        _watchdog = watchdog;
        watchdog.Note(process.Id);
    }

    /// <summary>The process, which is also its group.</summary>
    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Errors => _process.StandardError.BaseStream;

    /// <summary>Starts a program.</summary>
    public static RealProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder, ProcessWatchdog watchdog)
    {
        var start = new ProcessStartInfo(SetSid)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new RealProcess(Process.Start(start)!, watchdog);
    }

    /// <summary>Waits for the program's end, ends what it left running, and returns its exit code: 128 and the signal when it was killed.</summary>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        var exitCode = _process.ExitCode;
        Kill();
        return exitCode;
    }

    /// <summary>SIGTERM to the program.</summary>
    public void Terminate() => _ = Signal(_process.Id, SigTerm);

    /// <summary>SIGKILL to the program and all that it started.</summary>
    public void Kill()
    {
        // In its first moments it hasn't a group yet.
        if (Signal(-_process.Id, SigKill) != 0 && !_process.HasExited)
        {
            _ = Signal(_process.Id, SigKill);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Kill();
        _watchdog.Forget(_process.Id);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32 | DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
