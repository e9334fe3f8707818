namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The programs in each image.</summary>
internal static class ProgramCatalog
{
    private static readonly string[] SystemFolders = ["/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin"];

    private static readonly Dictionary<string, SimulatedProgram> Basics = new(StringComparer.Ordinal)
    {
        ["cat"] = BasicPrograms.CatAsync,
        ["df"] = BrokerFiles.DiskFreeAsync,
        ["echo"] = BasicPrograms.EchoAsync,
        ["env"] = EnvironmentPrograms.EnvAsync,
        ["false"] = BasicPrograms.FalseAsync,
        ["head"] = BasicPrograms.HeadAsync,
        ["printenv"] = EnvironmentPrograms.PrintEnvAsync,
        ["tail"] = BasicPrograms.TailAsync,
        ["true"] = BasicPrograms.TrueAsync,
        ["sh"] = ProbeScripts.RunAsync,
        ["bash"] = ProbeScripts.RunAsync,
    };

    private static readonly Dictionary<string, SimulatedProgram> ZooKeeperPrograms = new(StringComparer.Ordinal)
    {
        ["zkServer.sh"] = ZooKeeperScripts.ServerAsync,
    };

    private static readonly Dictionary<string, SimulatedProgram> KubernetesZooKeeperPrograms = new(StringComparer.Ordinal)
    {
        ["zkOk.sh"] = ZooKeeperScripts.OkAsync,
        ["zkMetrics.sh"] = ZooKeeperScripts.MetricsAsync,
    };

    private static readonly Dictionary<string, SimulatedProgram> OldTools = new(StringComparer.Ordinal)
    {
        ["kafka-console-consumer"] = ConsoleConsumer.RunAsync,
        ["kafka-configs"] = KafkaConfigs.RunAsync,
        ["kafka-console-producer"] = ConsoleProducer.RunAsync,
        ["kafka-consumer-groups"] = ConsumerGroups.RunAsync,
        ["kafka-log-dirs"] = LogDirectories.RunAsync,
        ["kafka-preferred-replica-election"] = PreferredElection.RunOldAsync,
        ["kafka-reassign-partitions"] = ReassignPartitionsOld.RunAsync,
        ["kafka-run-class"] = GetOffsets.RunClassAsync,
        ["kafka-topics"] = KafkaTopicsOld.RunAsync,
        ["zookeeper-shell"] = ZooKeeperShell.RunAsync,
    };

    private static readonly Dictionary<string, SimulatedProgram> NewTools = new(StringComparer.Ordinal)
    {
        ["kafka-console-consumer"] = ConsoleConsumer.RunAsync,
        ["kafka-configs"] = KafkaConfigs.RunAsync,
        ["kafka-console-producer"] = ConsoleProducer.RunAsync,
        ["kafka-consumer-groups"] = ConsumerGroups.RunAsync,
        ["kafka-get-offsets"] = GetOffsets.RunNewAsync,
        ["kafka-leader-election"] = PreferredElection.RunNewAsync,
        ["kafka-log-dirs"] = LogDirectories.RunAsync,
        ["kafka-reassign-partitions"] = ReassignPartitionsNew.RunAsync,
        ["kafka-topics"] = KafkaTopicsNew.RunAsync,
        ["zookeeper-shell"] = ZooKeeperShell.RunAsync,
    };

    /// <summary>The program of an argument vector.</summary>
    /// <exception cref="ProgramNotFoundException">The image has none of that name, or it isn't simulated.</exception>
    public static SimulatedProgram Find(SimulatedImage image, IReadOnlyList<string> arguments) =>
        arguments.Count == 0 ? throw new ProgramNotFoundException("") : TryFind(image, arguments[0]) ?? throw new ProgramNotFoundException(arguments[0]);

    /// <summary>The program of that name or path; null when the image has none.</summary>
    public static SimulatedProgram? TryFind(SimulatedImage image, string program)
    {
        var slash = program.LastIndexOf('/');
        var (folder, name) = slash < 0 ? (null, program) : (program[..slash], program[(slash + 1)..]);
        if ((folder is null || SystemFolders.Contains(folder)) && Basics.TryGetValue(name, out var basic))
        {
            return basic;
        }

        return image.Kind switch
        {
            ImageKind.ConfluentKafka when folder is null or "/usr/bin" => Tool(image, name),
            ImageKind.ApacheKafka when folder == "/opt/kafka/bin" && name.EndsWith(".sh", StringComparison.Ordinal) => Tool(image, name[..^3]),
            ImageKind.KubernetesZooKeeper when folder is null or "/usr/bin" or "/opt/zookeeper/bin" =>
                KubernetesZooKeeperPrograms.GetValueOrDefault(name) ?? ZooKeeperPrograms.GetValueOrDefault(name),
            ImageKind.ZooKeeper when folder is null || folder == $"/apache-zookeeper-{image.Version}-bin/bin" => ZooKeeperPrograms.GetValueOrDefault(name),
            _ => null,
        };
    }

    private static SimulatedProgram? Tool(SimulatedImage image, string name)
    {
        var tool = (image.HasOldTools ? OldTools : NewTools).GetValueOrDefault(name);
        return tool is null ? null : (call, cancellation) => JavaVirtualMachine.RunAsync(tool, call, cancellation);
    }
}
