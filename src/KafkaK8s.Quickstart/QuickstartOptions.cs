namespace KafkaK8s.Quickstart;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Context">A context of the kubeconfig: run there instead of on the sandbox.</param>
/// <param name="KubeConfig">A kubeconfig: run there instead of on the sandbox.</param>
/// <param name="Script">A script to run instead of the quickstart.</param>
/// <param name="Kafka">A folder with Kafka distributions, for pods that run real processes in the sandbox.</param>
/// <param name="Help">Only say how it is used.</param>
internal sealed record QuickstartOptions(
    string? Context = null,
    string? KubeConfig = null,
    string? Script = null,
    string? Kafka = null,
    bool Help = false)
{
    /// <summary>How the program is used.</summary>
    public const string Usage = """
        Runs Kafka on Kubernetes in a hosted PowerShell, with the KafkaK8s module loaded.

        dotnet run --project src/KafkaK8s.Quickstart [-- OPTIONS]

          (no options)       the quickstart, on a practice cluster in this machine's memory
          --script FILE      run this script instead, without echoing it; exits as the script does
          --context NAME     on this context of your kubeconfig instead of the practice cluster
          --kubeconfig FILE  on the current context of this kubeconfig, or on --context of it
          --kafka DIR        let the practice cluster run real Kafka processes from this folder (needs Java)
          --help             this text
        """;

    /// <summary>Whether it runs on the practice cluster.</summary>
    public bool UsesSandbox => Context is null && KubeConfig is null;

    /// <summary>Reads a command line. Either the options or a sentence about what is wrong with it.</summary>
    public static (QuickstartOptions? Options, string? Mistake) Parse(IReadOnlyList<string> arguments)
    {
        var options = new QuickstartOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var option = arguments[i];
            if (option is "--help" or "-h" or "-?")
            {
                return (options with { Help = true }, null);
            }

            if (option is not ("--context" or "--kubeconfig" or "--script" or "--kafka"))
            {
                return (null, $"There is no option \"{option}\".");
            }

            if (++i == arguments.Count || arguments[i].Length == 0)
            {
                return (null, $"{option} needs a value.");
            }

            options = option switch
            {
                "--context" => options with { Context = arguments[i] },
                "--kubeconfig" => options with { KubeConfig = Path.GetFullPath(arguments[i]) },
                "--script" => options with { Script = Path.GetFullPath(arguments[i]) },
                _ => options with { Kafka = Path.GetFullPath(arguments[i]) },
            };
        }

        return options switch
        {
            { Kafka: not null, UsesSandbox: false } => (null, "--kafka is for the practice cluster; it can't be combined with --context or --kubeconfig."),
            { Script: { } script } when !File.Exists(script) => (null, $"There is no script {script}."),
            { KubeConfig: { } file } when !File.Exists(file) => (null, $"There is no kubeconfig {file}."),
            { Kafka: { } folder } when !Directory.Exists(folder) => (null, $"There is no folder {folder}."),
            _ => (options, null),
        };
    }
}
