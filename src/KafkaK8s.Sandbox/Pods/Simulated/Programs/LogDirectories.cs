using System.Globalization;
using System.Text.Json;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-log-dirs of both generations, which differ in the order of the answer's members.</summary>
internal static class LogDirectories
{
    private const string OldMain = "kafka.admin.LogDirsCommand.main(LogDirsCommand.scala)";

    private static readonly string[] Known = ["bootstrap-server=", "broker-list=", "command-config=", "describe", "topic-list="];

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        ToolOptions options;
        try
        {
            options = ToolOptions.Parse(call.Arguments, Known);
        }
        catch (ToolOptionException exception)
        {
            call.Console.Error.WriteLine(JavaTrace.Format($"Exception in thread \"main\" {exception.ClassName}: {exception.Message}", exception.Frames));
            return 1;
        }

        if (!options.Has("describe") || options.Value("bootstrap-server") is not { } bootstrap)
        {
            return UsageErrorException.Print(call.Console, $"Missing required argument \"[{(options.Has("describe") ? "bootstrap-server" : "describe")}]\"", Known);
        }

        var (servers, trace) = AdminConnection.Create(call, bootstrap, [OldMain]);
        if (servers is null)
        {
            call.Console.Error.WriteLine($"Exception in thread \"main\" {trace}");
            return 1;
        }

        try
        {
            var broker = await AdminConnection.ConnectAsync(call, servers, "describeCluster", cancellation);
            return Describe(call, options, broker.Cluster!);
        }
        catch (KafkaErrorException exception)
        {
            call.Console.Error.WriteLine($"Exception in thread \"main\" java.util.concurrent.ExecutionException: {exception.Description}");
            return 1;
        }
    }

    private static int Describe(ProgramCall call, ToolOptions options, KafkaCluster cluster)
    {
        var isOld = call.Pod.Image.HasOldTools;
        var asked = List(options, "broker-list").Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToList();
        var strangers = asked.Except(cluster.Brokers.Select(broker => broker.Id)).ToList();
        if (strangers.Count > 0)
        {
            call.Console.Error.WriteLine(isOld
                ? "Exception in thread \"main\" java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.BrokerNotAvailableException: Error choosing node for describeLogDirs: no node found."
                : $"ERROR: The given brokers do not exist from --broker-list: {string.Join(',', strangers)}. Current existent brokers: {string.Join(',', cluster.Brokers.Select(broker => broker.Id))}");
            return 1;
        }

        var brokers = cluster.Brokers.Where(broker => asked.Count == 0 || asked.Contains(broker.Id)).ToList();
        call.Console.Output.WriteLine("Querying brokers for log directories information");
        call.Console.Output.WriteLine($"Received log directory information from brokers {string.Join(',', brokers.Select(broker => broker.Id))}");
        var rows = string.Join(',', brokers.Select(broker => Row(broker, cluster, List(options, "topic-list"), isOld)));
        call.Console.Output.WriteLine(isOld ? $$"""{"version":1,"brokers":[{{rows}}]}""" : $$"""{"brokers":[{{rows}}],"version":1}""");
        return 0;
    }

    private static string[] List(ToolOptions options, string name) => options.Value(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string Row(KafkaBroker broker, KafkaCluster cluster, string[] topics, bool isOld)
    {
        var folder = JsonSerializer.Serialize(broker.Settings.Find("log.dirs") ?? broker.Pod.Image.DataFolders[0]);
        var replicas = string.Join(',', cluster.Sizes(broker)
            .Where(replica => topics.Length == 0 || topics.Contains(replica.Topic))
            .Select(replica => string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"partition":{{JsonSerializer.Serialize($"{replica.Topic}-{replica.Index}")}},"size":{{replica.Bytes}},"offsetLag":0,"isFuture":false}""")));
        var directory = isOld
            ? $$"""{"logDir":{{folder}},"error":null,"partitions":[{{replicas}}]}"""
            : $$"""{"partitions":[{{replicas}}],"error":null,"logDir":{{folder}}}""";
        return string.Create(CultureInfo.InvariantCulture, $$"""{"broker":{{broker.Id}},"logDirs":[{{directory}}]}""");
    }
}
