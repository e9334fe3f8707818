namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>env and printenv.</summary>
internal static class EnvironmentPrograms
{
    private const int NotFoundExitCode = 127;
    private const int UsageExitCode = 125;

    /// <summary>Runs a program in a changed environment, or prints it.</summary>
    public static async Task<int> EnvAsync(ProgramCall call, CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string>(call.Environment, StringComparer.Ordinal);
        for (var index = 0; index < call.Arguments.Count; index++)
        {
            var argument = call.Arguments[index];
            if (argument is "-i" or "-" or "--ignore-environment")
            {
                environment.Clear();
            }
            else if (argument is "-u" or "--unset" && index + 1 < call.Arguments.Count)
            {
                environment.Remove(call.Arguments[++index]);
            }
            else if (argument.StartsWith("--unset=", StringComparison.Ordinal))
            {
                environment.Remove(argument["--unset=".Length..]);
            }
            else if (argument.StartsWith('-') && argument != "--")
            {
                call.Console.Error.WriteLine($"env: unrecognized option '{argument}'");
                return UsageExitCode;
            }
            else if (argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                environment[argument[..equals]] = argument[(equals + 1)..];
            }
            else if (argument != "--")
            {
                return await RunAsync(call, [.. call.Arguments.Skip(index)], environment, cancellation);
            }
        }

        return Print(call.Console, environment);
    }

    /// <summary>Prints the environment or some variables of it.</summary>
    public static Task<int> PrintEnvAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (call.Arguments.Count == 0)
        {
            return Task.FromResult(Print(call.Console, call.Environment));
        }

        var values = call.Arguments.Select(name => call.Environment.GetValueOrDefault(name)).ToList();
        values.ForEach(value =>
        {
            if (value is not null)
            {
                call.Console.Output.WriteLine(value);
            }
        });
        return Task.FromResult(values.Contains(null) ? 1 : 0);
    }

    private static async Task<int> RunAsync(ProgramCall call, IReadOnlyList<string> arguments, Dictionary<string, string> environment, CancellationToken cancellation)
    {
        if (ProgramCatalog.TryFind(call.Pod.Image, arguments[0]) is { } program)
        {
            return await program(call with { Arguments = [.. arguments.Skip(1)], Environment = environment }, cancellation);
        }

        call.Console.Error.WriteLine($"env: ‘{arguments[0]}’: No such file or directory");
        return NotFoundExitCode;
    }

    private static int Print(ProgramConsole console, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            console.Output.WriteLine($"{name}={value}");
        }

        return 0;
    }
}
