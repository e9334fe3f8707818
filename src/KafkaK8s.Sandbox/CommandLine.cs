using System.Globalization;

namespace KafkaK8s.Sandbox;

/// <summary>What the sandbox was asked for on its command line.</summary>
/// <param name="KubeConfig">The kubeconfig to write.</param>
/// <param name="Speed">How many times faster than the wall the cluster's clock runs.</param>
/// <param name="Kafka">A Kafka distribution for real pods; null or <c>none</c> for simulated ones.</param>
/// <param name="Port">The port to serve on; 0 takes a free one.</param>
/// <param name="IsHelp">Whether it was only asked how it is used.</param>
internal sealed record CommandLine(string KubeConfig, double Speed, string? Kafka, int Port, bool IsHelp)
{
    public const string Usage = """
        usage: KafkaK8s.Sandbox --kubeconfig FILE [--speed N] [--kafka DIR] [--port N]

          --kubeconfig FILE  write a kubeconfig that leads to the practice cluster
          --speed N          run the cluster's clock N times faster than the wall's (default 1)
          --kafka DIR        run real ZooKeeper and Kafka processes in the pods, from a Kafka distribution, or from a folder
                             with one folder for each release; 'default' takes KAFKA_HOME, or ../shared/kafka beside the
                             repository. Needs Java. Without it, or with 'none', pods run simulated programs.
          --port N           serve on this port of 127.0.0.1 (default: a free one)
          --help             show this

        It prints 'ready: FILE' when it serves, and ends on Ctrl+C or SIGTERM, leaving nothing behind.
        """;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">They can't be understood.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var read = new CommandLine("", 1, null, 0, IsHelp: false);
        for (var index = 0; index < arguments.Count; index++)
        {
            var option = arguments[index];
            if (option is "--help" or "-h" or "-?")
            {
                return read with { IsHelp = true };
            }

            if (option is not ("--kubeconfig" or "--speed" or "--kafka" or "--port"))
            {
                throw new ArgumentException($"there is no option {option}");
            }

            if (++index == arguments.Count)
            {
                throw new ArgumentException($"{option} needs a value");
            }

            read = With(read, option, arguments[index]);
        }

        return read.KubeConfig.Length > 0 ? read : throw new ArgumentException("--kubeconfig FILE is missing");
    }

    private static CommandLine With(CommandLine read, string option, string value) => option switch
    {
        "--kubeconfig" => read with { KubeConfig = value },
        "--kafka" => read with { Kafka = value },
        "--speed" => double.TryParse(value, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and <= 10_000
            ? read with { Speed = speed }
            : throw new ArgumentException($"--speed is a number above 0, up to 10000, and not {value}"),
        _ => ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? read with { Port = port }
            : throw new ArgumentException($"--port is a number up to 65535, and not {value}"),
    };
}
