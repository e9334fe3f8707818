using System.Diagnostics;
using KafkaK8s.Quickstart;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests.Quickstart;

/// <summary>The README's first command, as the process that it is.</summary>
public sealed class QuickstartProcessTests : IDisposable
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private readonly string _temporary = Directory.CreateTempSubdirectory("kafkak8s-tests-").FullName;

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    [Fact]
    public async Task It_goes_from_nothing_to_a_message_and_leaves_nothing_behind()
    {
        using var process = Start();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, $"{output}\n{await errors}");
        Assert.Matches(@"PS> Receive-KafkaMessage [^\n]*\n(.*\n)*.*\bhello\b", output);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_the_practice_cluster_with_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no way to press Ctrl+C for another process on Windows.");
        using var process = Start();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "PS> New-KafkaZookeeper")
        {
        }

        Assert.True(ProcessSignal.TrySend(process, ProcessSignal.Interrupt));
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == QuickstartRun.InterruptedExitCode, await errors);
        AssertNothingIsLeft();
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(RepositoryRoot.Path, "src", "KafkaK8s.Quickstart", "bin", Configuration, "net10.0", "KafkaK8s.Quickstart.dll") },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TMPDIR"] = _temporary, ["TMP"] = _temporary },
        };
        return Process.Start(start)!;
    }

    // Both what it wrote and whom it started are known by the temporary folder, which only this test has.
    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary, "kafkak8s-*"));
        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), IsOurs);
        }
    }

    private bool IsOurs(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(_temporary, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not a process, or one that has ended meanwhile.
            return false;
        }
    }
}
