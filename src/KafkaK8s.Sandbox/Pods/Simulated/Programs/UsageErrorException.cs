namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>A command line that a tool refuses with its usage.</summary>
internal sealed class UsageErrorException(string message) : Exception(message)
{
    /// <summary>Prints the complaint and the names of the options. The real tools also describe each.</summary>
    public static int Print(ProgramConsole console, string message, IEnumerable<string> options)
    {
        console.Error.WriteLine(message);
        console.Error.WriteLine("Option                                   Description                            ");
        console.Error.WriteLine("------                                   -----------                            ");
        foreach (var option in options.Select(option => option.TrimEnd('=', '?')).Order(StringComparer.Ordinal))
        {
            console.Error.WriteLine($"--{option}");
        }

        return 1;
    }
}
