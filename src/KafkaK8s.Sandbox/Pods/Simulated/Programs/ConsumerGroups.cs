using System.Globalization;
using System.Text;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-consumer-groups of both generations. It ends with 0 after almost every failure.</summary>
internal sealed class ConsumerGroups(ProgramCall call, ToolOptions options, KafkaCluster cluster)
{
    private const int Narrow = 15;

    // Offsets by duration aren't simulated: that option is unknown here.
    private static readonly string[] Known =
    [
        "all-topics", "bootstrap-server=", "command-config=", "delete", "describe", "dry-run", "execute", "from-file=", "group=", "help", "list", "members", "offsets",
        "reset-offsets", "shift-by=", "state?", "timeout=", "to-current", "to-datetime=", "to-earliest", "to-latest", "to-offset=", "topic=", "verbose",
    ];

    private static readonly string[] OnlyNew = ["all-groups", "version"];

    private static readonly string[] Actions = ["list", "describe", "delete", "reset-offsets"];

    private static readonly string[] OffsetHeader = ["PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"];

    private readonly bool _isOld = call.Pod.Image.HasOldTools;
    private readonly TextWriter _output = call.Console.Output;

    // Later versions put an empty line before what they say.
    private string Lead => _isOld ? "" : "\n";

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        var isOld = call.Pod.Image.HasOldTools;
        var known = isOld ? Known : [.. Known, .. OnlyNew];
        ToolOptions options;
        try
        {
            options = ToolOptions.Parse(call.Arguments, known);
        }
        catch (ToolOptionException exception)
        {
            return UsageErrorException.Print(call.Console, exception.Message, known);
        }

        if (options.Has("version"))
        {
            call.Console.Output.WriteLine(call.Pod.Image.ToldVersion);
            return 0;
        }

        if (Complaint(options, isOld) is { } complaint)
        {
            return UsageErrorException.Print(call.Console, complaint, known);
        }

        if (isOld)
        {
            call.Console.Error.WriteLine("Note: This will not show information about old Zookeeper-based consumers.");
        }

        return await ConnectAsync(call, options, isOld, cancellation);
    }

    private static string? Complaint(ToolOptions options, bool isOld) =>
        !options.Has("bootstrap-server") ? "Missing required argument \"[bootstrap-server]\""
        : Actions.Count(options.Has) != 1 ? isOld
            ? "Command must include exactly one action: --list, --describe, --delete, --reset-offset"
            : "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets"
        : options.Has("list") || options.Has("group") || options.Has("all-groups") ? null
        : isOld ? "Missing required argument \"[group]\""
        : $"Option [{Actions.First(options.Has)}] takes one of these options: [all-groups], [group]";

    private static async Task<int> ConnectAsync(ProgramCall call, ToolOptions options, bool isOld, CancellationToken cancellation)
    {
        string failure;
        var (servers, trace) = AdminConnection.Create(call, options.Value("bootstrap-server")!, []);
        if (servers is null)
        {
            failure = trace!;
        }
        else
        {
            try
            {
                var broker = await AdminConnection.ConnectAsync(call, servers, options.Has("list") ? "listNodes" : "findCoordinator", cancellation);
                new ConsumerGroups(call, options, broker.Cluster!).Run();
                return 0;
            }
            catch (KafkaErrorException exception)
            {
                failure = exception.Message;
            }
        }

        call.Console.Output.WriteLine($"{(isOld ? "" : "\n")}Error: Executing consumer group command failed due to {failure}");
        return 0;
    }

    private void Run()
    {
        if (options.Has("list"))
        {
            List();
        }
        else if (options.Has("describe"))
        {
            foreach (var id in Asked())
            {
                Describe(id);
            }
        }
        else if (options.Has("delete"))
        {
            Delete();
        }
        else
        {
            Reset();
        }
    }

    private IEnumerable<string> Asked() => options.Has("all-groups")
        ? cluster.Groups.All.Select(group => group.Id).Order(StringComparer.Ordinal)
        : options.Values("group");

    private static string State(ConsumerGroup group) => group.Members.Count > 0 ? "Stable" : "Empty";

    private void List()
    {
        var groups = cluster.Groups.All;
        if (!options.Has("state"))
        {
            foreach (var group in groups)
            {
                _output.WriteLine(group.Id);
            }

            return;
        }

        var width = Math.Max(Narrow, groups.Select(group => group.Id.Length).DefaultIfEmpty().Max()) + 10;
        foreach (var (id, state) in groups.Select(group => (group.Id, State(group))).Prepend(("GROUP", "STATE")))
        {
            _output.WriteLine($"{id.PadRight(width)} {state,-20}");
        }
    }

    private void Describe(string id)
    {
        if (cluster.Groups.Find(id) is not { } group)
        {
            _output.WriteLine($"{Lead}Error: Consumer group '{id}' does not exist.");
            return;
        }

        if (group.Members.Count == 0)
        {
            call.Console.Error.WriteLine($"{Lead}Consumer group '{id}' has no active members.");
        }

        if (options.Has("members"))
        {
            DescribeMembers(group);
        }
        else if (options.Has("state"))
        {
            DescribeState(group);
        }
        else
        {
            DescribeOffsets(group);
        }
    }

    private void DescribeOffsets(ConsumerGroup group)
    {
        var owners = group.Members.Values.SelectMany(member => member.Partitions.Select(partition => (partition, member))).ToDictionary(pair => pair.partition, pair => pair.member);
        var partitions = group.Offsets.Keys.Union(owners.Keys).Order().ToList();
        if (partitions.Count == 0)
        {
            return;
        }

        var rows = partitions.Select(partition => Row(group, partition, owners.GetValueOrDefault(partition)));
        var table = rows.Prepend([.. _isOld ? (string[])[] : ["GROUP"], "TOPIC", .. OffsetHeader]).ToList();
        var first = _isOld ? 0 : 1;
        var widths = new[] { 0, first + 5, first + 6 }.Concat(_isOld ? [] : [1])
            .ToDictionary(column => column, column => Math.Max(Narrow, table.Max(row => row[column].Length)));
        widths[first + 1] = 10;
        var lines = table.Select(row => string.Join(' ', row.Select((cell, column) => column == row.Count - 1 ? cell : cell.PadRight(widths.GetValueOrDefault(column, Narrow)))));
        _output.Write(_isOld ? "\n" + string.Join('\n', lines) + "\n" : "\n" + string.Join('\n', lines));
    }

    private List<string> Row(ConsumerGroup group, (string Topic, int Partition) partition, GroupMember? owner)
    {
        var end = cluster.Offsets(partition.Topic, partition.Partition)?.End;
        long? current = group.Offsets.TryGetValue(partition, out var committed) ? committed : null;
        return
        [
            .. _isOld ? (string[])[] : [group.Id],
            partition.Topic,
            Text(partition.Partition),
            Text(current),
            Text(end),
            Text(end - current),
            owner?.Id ?? "-",
            owner?.Host ?? "-",
            owner?.ClientId ?? "-",
        ];
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private void DescribeMembers(ConsumerGroup group)
    {
        var members = group.Members.Values.ToList();
        if (_isOld && members.Count == 0)
        {
            return;
        }

        var (groupWidth, idWidth) = (Width([group.Id]), Width(members.Select(member => member.Id)));
        var (hostWidth, clientWidth) = (Width(members.Select(member => member.Host)), Width(members.Select(member => member.ClientId)));
        _output.Write("\n");
        Line("GROUP", "CONSUMER-ID", "HOST", "CLIENT-ID", "#PARTITIONS", "ASSIGNMENT");
        foreach (var member in members)
        {
            Line(group.Id, member.Id, member.Host, member.ClientId, Text(member.Partitions.Count), Assignment(member));
        }

        void Line(string id, string member, string host, string client, string count, string assignment) => _output.WriteLine(
            $"{(_isOld ? "" : id.PadRight(groupWidth) + " ")}{member.PadRight(idWidth)} {host.PadRight(hostWidth)} {client.PadRight(clientWidth)} {count,-15} {(options.Has("verbose") ? assignment : "")}");
    }

    // 3.9 forgets the topic's name.
    private string Assignment(GroupMember member) => string.Join(", ", member.Partitions
        .GroupBy(partition => partition.Topic, StringComparer.Ordinal)
        .Select(topic => $"{(_isOld ? topic.Key : "")}({string.Join(',', topic.Select(partition => partition.Partition))})"));

    private static int Width(IEnumerable<string> cells) => Math.Max(Narrow, cells.Select(cell => cell.Length).DefaultIfEmpty().Max());

    private void DescribeState(ConsumerGroup group)
    {
        var coordinator = cluster.Groups.Coordinator(group.Id);
        var node = coordinator is null ? "-" : string.Create(
            CultureInfo.InvariantCulture, $"{coordinator.AdvertisedHost}:{coordinator.AdvertisedPort}{(_isOld ? " " : "  ")}({coordinator.Id})");
        var strategy = group.Members.Count > 0 ? "range" : "";
        _output.Write("\n");
        if (_isOld)
        {
            _output.WriteLine($"{"COORDINATOR (ID)",-25} {"ASSIGNMENT-STRATEGY",-25} {"STATE",-20} #MEMBERS");
            _output.WriteLine($"{node,-25} {strategy,-25} {State(group),-20} {group.Members.Count}");
        }
        else
        {
            _output.WriteLine($"{"GROUP",-25} {"COORDINATOR (ID)",-25} {"ASSIGNMENT-STRATEGY",-20} {"STATE",-15} #MEMBERS");
            _output.WriteLine($"{group.Id,-25} {node,-25} {strategy,-20} {State(group),-15} {group.Members.Count}");
        }
    }

    private void Delete()
    {
        var ids = Asked().ToList();
        var failures = ids.Select(id => (Id: id, Error: cluster.Groups.Find(id) switch
        {
            null => _isOld ? "GROUP_ID_NOT_FOUND" : "java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist.",
            { Members.Count: > 0 } => _isOld ? "NON_EMPTY_GROUP" : "java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.GroupNotEmptyException: The group is not empty.",
            _ => null,
        })).ToList();
        foreach (var (id, _) in failures.Where(failure => failure.Error is null))
        {
            cluster.Groups.Delete(id);
        }

        if (failures.TrueForAll(failure => failure.Error is null))
        {
            _output.WriteLine($"Deletion of requested consumer groups ({(_isOld ? string.Join(", ", ids.Select(id => $"'{id}'")) : $"'{string.Join(", ", ids)}'")}) was successful.");
            return;
        }

        _output.WriteLine($"{Lead}Error: Deletion of some consumer groups failed:");
        foreach (var (id, error) in failures.Where(failure => failure.Error is not null))
        {
            _output.WriteLine($"* Group '{id}' could not be deleted due to: {error}");
        }
    }

    private void Reset()
    {
        var id = options.Value("group") ?? "";
        var group = cluster.Groups.Find(id);
        if (group is { Members.Count: > 0 })
        {
            _output.WriteLine($"{Lead}Error: Assignments can only be reset if the group '{id}' is inactive, but the current state is {State(group)}.");
            PrintReset(id, []);
            return;
        }

        if (!options.Has("execute") && !options.Has("dry-run"))
        {
            call.Console.Error.WriteLine("WARN: No action will be performed as the --execute option is missing. In a future major release, the default behavior of this command will be to prompt the user before executing the reset rather than doing a dry run. You should add the --dry-run option explicitly if you are scripting this command and want to keep the current default behavior without prompting.");
        }

        // A group that is only asked about isn't made by that.
        var target = group ?? (options.Has("execute") ? cluster.Groups.Open(id) : new ConsumerGroup(id));
        var offsets = FromFile() is { } file
            ? file.Select(row => (partition: row.Key, Offset: Clamped(row.Key, row.Value))).ToList()
            : Selected(target).Select(partition => (partition, Offset: Clamped(partition, NewOffset(target, partition)))).ToList();
        if (options.Has("execute") && target is not null)
        {
            offsets.ForEach(pair => target.Offsets[pair.partition] = pair.Offset);
        }

        PrintReset(id, offsets);
    }

    private void PrintReset(string id, List<((string Topic, int Partition) Partition, long Offset)> offsets)
    {
        // In 3.9 the lines of this table have no ends.
        var end = _isOld ? "\n" : "";
        _output.Write($"\n{(_isOld ? "" : $"{"GROUP",-30} ")}{"TOPIC",-30} {"PARTITION",-10} {"NEW-OFFSET",-15}{end}");
        foreach (var ((topic, partition), offset) in offsets)
        {
            _output.Write($"{(_isOld ? "" : $"{id,-30} ")}{topic,-30} {Text(partition),-10} {Text(offset),-15}{end}");
        }
    }

    private IEnumerable<(string Topic, int Partition)> Selected(ConsumerGroup? group)
    {
        if (options.Has("all-topics"))
        {
            return group?.Offsets.Keys.Order() ?? Enumerable.Empty<(string, int)>();
        }

        var topics = cluster.Describe().ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        return options.Values("topic").Select(text => text.Split(':')).SelectMany(parts => parts.Length > 1
            ? parts[1].Split(',').Select(number => (parts[0], int.Parse(number, CultureInfo.InvariantCulture)))
            : topics.GetValueOrDefault(parts[0])?.Partitions.Select(partition => (parts[0], partition.Index)) ?? []);
    }

    // topic,partition,offset a line, the group before them where there are several.
    private List<KeyValuePair<(string Topic, int Partition), long>>? FromFile() => options.Value("from-file") is not { } path ? null :
    [
        .. Encoding.UTF8.GetString(call.Files[path]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(','))
            .Select(cells => KeyValuePair.Create((cells[^3], int.Parse(cells[^2], CultureInfo.InvariantCulture)), long.Parse(cells[^1], CultureInfo.InvariantCulture))),
    ];

    private long NewOffset(ConsumerGroup? group, (string Topic, int Partition) partition)
    {
        var (start, end) = cluster.Offsets(partition.Topic, partition.Partition) ?? (0, 0);
        long? current = group is not null && group.Offsets.TryGetValue(partition, out var committed) ? committed : null;
        return options.Has("to-earliest") ? start
            : options.Number("to-offset") is { } offset ? offset
            : options.Number("shift-by") is { } shift ? (current ?? end) + shift
            : options.Has("to-current") ? current ?? end
            : options.Value("to-datetime") is { } time ? FirstSince(partition, DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal)) ?? end
            : end;
    }

    private long? FirstSince((string Topic, int Partition) partition, DateTimeOffset time) => cluster.Read(partition.Topic, partition.Partition, 0, int.MaxValue)
        .Where(record => record.Record.Timestamp >= time)
        .Select(record => (long?)record.Offset)
        .FirstOrDefault();

    private long Clamped((string Topic, int Partition) partition, long wanted)
    {
        var (start, end) = cluster.Offsets(partition.Topic, partition.Partition) ?? (0, 0);
        if (wanted > end)
        {
            Warn($"New offset ({wanted}) is higher than latest offset for topic partition {partition.Topic}-{partition.Partition}. Value will be set to {end}");
        }
        else if (wanted < start)
        {
            Warn($"New offset ({wanted}) is lower than earliest offset for topic partition {partition.Topic}-{partition.Partition}. Value will be set to {start}");
        }

        return Math.Clamp(wanted, start, end);
    }

    private void Warn(string message) =>
        call.Console.Log("WARN", message, _isOld ? "kafka.admin.ConsumerGroupCommand$" : "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand");
}
