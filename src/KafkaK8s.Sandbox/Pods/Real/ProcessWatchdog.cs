using System.Diagnostics;

namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>
/// Sees to it that no process outlives the sandbox, however the sandbox ends: a small shell of its own session waits for the
/// sandbox's end of a pipe to close, then kills every process group that is still noted, and removes the sandbox's folder.
/// </summary>
internal sealed class ProcessWatchdog : IAsyncDisposable
{
    private const string Script =
        "cat >/dev/null; for group in \"$1\"/processes/*; do [ -e \"$group\" ] && kill -s KILL -- \"-${group##*/}\" 2>/dev/null; done; rm -rf -- \"$1\"";

    private readonly Process _process;
    private readonly string _noted;

    public ProcessWatchdog(string folder)
    {
        _noted = Path.Combine(folder, "processes");
        Directory.CreateDirectory(_noted);
        var start = new ProcessStartInfo(HostPrograms.Find("setsid") ?? throw new KafkaDistributionException("real pods need the program setsid"))
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            ArgumentList = { HostPrograms.Find("sh") ?? "/bin/sh", "-c", Script, "watchdog", folder },
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Notes the process group of a program.</summary>
    public void Note(int group) => File.WriteAllText(Path.Combine(_noted, $"{group}"), "");

    /// <summary>Forgets a process group that is gone.</summary>
    public void Forget(int group) => File.Delete(Path.Combine(_noted, $"{group}"));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
