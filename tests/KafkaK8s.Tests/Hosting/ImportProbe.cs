using System.Diagnostics;

namespace KafkaK8s.Tests.Hosting;

/// <summary>Imports the module in a process of its own and lists the assemblies that this loaded.</summary>
internal static class ImportProbe
{
    public const string Switch = "--probe-import";

    /// <summary>Starts the process and returns the names of the assemblies that it had loaded after the import.</summary>
    public static async Task<IReadOnlyList<string>> StartAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ImportProbe).Assembly.Location);
        }

        start.ArgumentList.Add(Switch);
        using var process = Process.Start(start)!;
        var lines = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(0, process.ExitCode);
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>What the process does.</summary>
    public static int Run()
    {
        using var session = new ModuleSession();
        session.Run("Get-Command -Module KafkaK8s | ForEach-Object { $_.Parameters.Count }").Succeeded();
        foreach (var name in AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name))
        {
            Console.WriteLine(name);
        }

        return 0;
    }
}
