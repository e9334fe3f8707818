using System.Globalization;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// The loop by which bash tries addresses: it opens <c>/dev/tcp/HOST/PORT</c> for each of its arguments and prints those where something listens.
/// </summary>
internal static class ConnectScript
{
    private static readonly string[] Signature = ["for a;", "\"/dev/tcp/${a%:*}/${a##*:}\"", "echo \"$a\""];

    /// <summary>Whether a shell's arguments are that loop.</summary>
    public static bool Matches(IReadOnlyList<string> arguments) =>
        arguments is ["-c", var script, _, ..] && Array.TrueForAll(Signature, part => script.Contains(part, StringComparison.Ordinal));

    /// <summary>Runs it.</summary>
    public static Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        foreach (var address in call.Arguments.Skip(3).Where(address => Listens(call.Pod, address)))
        {
            call.Console.Output.WriteLine(address);
        }

        return Task.FromResult(0);
    }

    private static bool Listens(SimulatedPod pod, string address)
    {
        var colon = address.LastIndexOf(':');
        return int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && pod.Resolve(address[..colon].Trim('[', ']')).Any(ip => pod.World.BrokerAt(ip, port) is not null || pod.World.ZooKeeperAt(ip, port) is not null);
    }
}
