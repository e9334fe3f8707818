using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The shell lines that probes of ZooKeeper and Kafka are made of. A line that it doesn't know is refused: there is no shell.</summary>
internal static partial class ProbeScripts
{
    private const int RefusedExitCode = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (call.Arguments is [['-', .. var flags], var script] && flags.Contains('c'))
        {
            if (WordPattern().Match(script) is { Success: true } word)
            {
                return Task.FromResult(AskZooKeeper(call, word));
            }

            if (ProcessPattern().Match(script) is { Success: true } process)
            {
                return Task.FromResult(FindJavaProcess(call.Pod, process.Groups["name"].Value) ? 0 : 1);
            }
        }

        if (ConnectScript.Matches(call.Arguments))
        {
            return ConnectScript.RunAsync(call, cancellation);
        }

        if (GuardScript.Matches(call.Arguments))
        {
            return GuardScript.RunAsync(call, cancellation);
        }

        if (FileScript.Matches(call.Arguments))
        {
            return FileScript.RunAsync(call, cancellation);
        }

        if (LinesScript.Matches(call.Arguments))
        {
            return LinesScript.RunAsync(call, cancellation);
        }

        if (PairsScript.Matches(call.Arguments))
        {
            return PairsScript.RunAsync(call, cancellation);
        }

        call.Console.Error.WriteLine($"sh: 1: {string.Join(' ', call.Arguments)}: a simulated pod has no shell, only the probes' lines; run it on real pods");
        return Task.FromResult(RefusedExitCode);
    }

    // echo WORD | nc HOST PORT | grep PATTERN
    private static int AskZooKeeper(ProgramCall call, Match line)
    {
        var port = int.Parse(line.Groups["port"].Value, CultureInfo.InvariantCulture);
        var address = call.Pod.ResolveOne(line.Groups["host"].Value);
        var answer = address is null ? null : ZooKeeperScripts.Ask(call, address, port, line.Groups["word"].Value);
        if (!line.Groups["pattern"].Success)
        {
            call.Console.Output.Write(answer);
            return answer is null ? 1 : 0;
        }

        var pattern = new Regex(line.Groups["pattern"].Value, RegexOptions.CultureInvariant, Patience);
        var matches = (answer ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(text => pattern.IsMatch(text)).ToList();
        if (!line.Groups["quiet"].Success)
        {
            matches.ForEach(call.Console.Output.WriteLine);
        }

        return matches.Count > 0 ? 0 : 1;
    }

    // jps | grep -q NAME, as the JDK in Confluent's old image makes it possible.
    private static bool FindJavaProcess(SimulatedPod pod, string name) =>
        pod.Image is { Kind: ImageKind.ConfluentKafka, HasOldTools: true } && pod.IsServerStarted && name == "SupportedKafka";

    [GeneratedRegex(@"^\s*echo (?<word>[a-z]{4}) \| nc (?:-[wq] ?\d+ )?(?<host>\S+) (?<port>\d+)(?: \| grep (?<quiet>-q )?(?:'(?<pattern>[^']+)'|(?<pattern>[^\s'|]+)))?\s*$")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^\s*(?:/usr/bin/)?jps \| (?:/bin/)?grep -q (?<name>\w+)\s*$")]
    private static partial Regex ProcessPattern();
}
