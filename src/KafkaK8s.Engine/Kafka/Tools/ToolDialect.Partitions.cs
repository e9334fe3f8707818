namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How partitions are asked about, moved, and given to their preferred leaders.</content>
internal abstract partial class ToolDialect
{
    /// <summary>Whether reassignments are ZooKeeper's: one at a time, which nothing lists, and the program exits with 0 whatever happens.</summary>
    public virtual bool ReassignsThroughZookeeper => false;

    /// <summary>Whether elections are ZooKeeper's: the program orders them, and doesn't hear how they end.</summary>
    public virtual bool ElectsThroughZookeeper => false;

    /// <summary>The reassignments that run now, where they are the brokers'.</summary>
    public static ToolCommand ListReassignments(KafkaAccess access) => new("kafka-reassign-partitions", [.. Bootstrap(access), "--list"]);

    /// <summary>Starts to move replicas. The assignment is the file behind it.</summary>
    public ToolCommand Reassign(KafkaAccess access, long? throttle) =>
        Reassignment(access, ["--execute", .. throttle is { } limit ? new[] { "--throttle", Invariant.Text(limit) } : []]);

    /// <summary>Gives a reassignment that runs another throttle, where reassignments are the brokers'. The assignment is the file behind it.</summary>
    public ToolCommand Rethrottle(KafkaAccess access, long throttle) => Reassignment(access, "--execute", "--additional", "--throttle", Invariant.Text(throttle));

    /// <summary>Tells how far a reassignment is, and removes the throttles when it is complete. The assignment is the file behind it.</summary>
    public ToolCommand VerifyReassignment(KafkaAccess access) => Reassignment(access, "--verify");

    /// <summary>The settings of all brokers, among them the throttles of a reassignment.</summary>
    public ToolCommand DescribeThrottles(KafkaAccess access) => new(
        "kafka-configs", [.. ReassignmentConnection(access), "--describe", "--entity-type", "brokers"]);

    /// <summary>What is on the disks of the brokers that are up.</summary>
    public static ToolCommand DescribeLogDirectories(KafkaAccess access) => new("kafka-log-dirs", [.. Bootstrap(access), "--describe"]);

    /// <summary>Lets the preferred leaders of partitions lead. The partitions are in the file behind it.</summary>
    public ToolCommand ElectPreferred(KafkaAccess access) => (ElectsThroughZookeeper
        ? new ToolCommand("kafka-preferred-replica-election", [.. Zookeeper(access), "--path-to-json-file"])
        : new ToolCommand("kafka-leader-election", [.. Bootstrap(access), "--election-type", "preferred", "--path-to-json-file"]))
        with { IsChange = true };

    private ToolCommand Reassignment(KafkaAccess access, params string[] action) =>
        new("kafka-reassign-partitions", [.. ReassignmentConnection(access), .. action, "--reassignment-json-file"]) { IsChange = true };

    private string[] ReassignmentConnection(KafkaAccess access) => ReassignsThroughZookeeper ? Zookeeper(access) : Bootstrap(access);
}
