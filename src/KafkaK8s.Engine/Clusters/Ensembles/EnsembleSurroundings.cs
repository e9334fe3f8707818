using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>
/// What has to follow when an ensemble changes its size: a disruption budget that counts the pods that must stay, and the brokers' connect string where it names the
/// members. A budget of one unavailable pod and the service's name need nothing.
/// </summary>
internal sealed class EnsembleSurroundings(LiveSets sets, ClusterSnapshot snapshot, int target)
{
    private const string ConnectVariable = "KAFKA_ZOOKEEPER_CONNECT";

    private string? _warning;

    /// <summary>Where the brokers find the ensemble; null where there are none.</summary>
    public static string? ConnectString(ClusterSnapshot snapshot) => snapshot.BrokerSet is { } brokers ? Connect(brokers).Connect : null;

    /// <summary>What one should know of the brokers.</summary>
    public IEnumerable<string> Warnings() => _warning is null ? [] : [_warning];

    /// <summary>The work that follows the ensemble's size.</summary>
    /// <param name="replicas">How many members there are before.</param>
    /// <param name="cancellation">Ends the questions at once.</param>
    public async Task<IReadOnlyList<ChangeWork>> WorkAsync(int replicas, CancellationToken cancellation)
    {
        var work = new List<ChangeWork>();
        if (await BudgetAsync(replicas, cancellation) is { } budget)
        {
            work.Add(budget);
        }

        if (snapshot.BrokerSet is { } brokers && await ConnectStringAsync(brokers, cancellation) is { } connect)
        {
            work.Add(connect);
        }

        return work;
    }

    // A change that was stopped after the last member had left finds the size as it should be, and a budget that still counts more. How few may stay is
    // the owner's matter where the size stays.
    private async Task<ChangeWork?> BudgetAsync(int replicas, CancellationToken cancellation)
    {
        if (target < 3 || (await BudgetVersions.OfAsync(sets.Connection, cancellation)).Order(StringComparer.Ordinal).FirstOrDefault() is not { } version)
        {
            return null;
        }

        var reference = new ResourceReference(version, "PodDisruptionBudget", sets.Cluster.Namespace, sets.Cluster.ZookeeperSet);
        var budget = await FindAsync(reference, isNeeded: target != replicas, cancellation);
        var fewest = target == replicas ? 0 : EnsembleQuorum.Majority(target);
        if (budget?["spec"]?["minAvailable"] is not JsonValue value || !value.TryGetValue<int>(out var staying) || (staying >= fewest && staying < target))
        {
            return null;
        }

        var wanted = target - 1;
        var reason = staying >= target ? "it would let no pod be drained" : "it would let a drain take the quorum";
        return new ChangeWork(
            new ChangeStep(
                ChangeAction.ChangeField, $"PodDisruptionBudget {sets.Cluster.ZookeeperSet} spec.minAvailable", Text(staying), Text(wanted), reason),
            (run, stop) => run.RepeatAsync(
                again => sets.Connection.Resources.PatchAsync(
                    reference, PatchKind.Merge, new JsonObject { ["spec"] = new JsonObject { ["minAvailable"] = wanted } }, again),
                stop));
    }

    // Whoever changes no size may do so without leave to see budgets.
    private async Task<JsonObject?> FindAsync(ResourceReference reference, bool isNeeded, CancellationToken cancellation)
    {
        try
        {
            return await sets.Connection.Resources.FindAsync(reference, cancellation);
        }
        catch (EngineException denied) when (!isNeeded && denied.Kind == EngineErrorKind.PermissionDenied)
        {
            return null;
        }
    }

    private async Task<ChangeWork?> ConnectStringAsync(JsonObject brokers, CancellationToken cancellation)
    {
        var (container, connect) = Connect(brokers);
        var ensemble = sets.Cluster.ZookeeperSet;
        var servers = connect?.Split('/')[0].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (container is null || servers.FirstOrDefault(server => server.StartsWith($"{ensemble}-0.", StringComparison.Ordinal)) is not { } first)
        {
            return null;
        }

        var wanted = string.Join(',', Enumerable.Range(0, target).Select(ordinal => $"{ensemble}-{Text(ordinal)}{first[$"{ensemble}-0".Length..]}"));
        var path = connect!.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? connect[slash..] : "";
        if (wanted + path == connect)
        {
            return null;
        }

        var live = new LiveSet(snapshot, brokers);
        if (live.RestartsByItself)
        {
            _warning = $"The brokers name the members of the ensemble one by one in {ConnectVariable}. It was left as it is, because Kubernetes would restart the brokers by itself: set it to {wanted}{path}.";
            return null;
        }

        _warning = $"The brokers name the members of the ensemble one by one in {ConnectVariable}, and take the new names on when they are restarted: Restart-KafkaBroker.";
        var patch = new SetPatch(sets, ClusterParts.Brokers);
        var fields = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["spec"] = new JsonObject
                    {
                        ["containers"] = new JsonArray(new JsonObject
                        {
                            ["name"] = (string?)container["name"],
                            ["env"] = new JsonArray(new JsonObject { ["name"] = ConnectVariable, ["value"] = wanted + path }),
                        }),
                    },
                },
            },
        };
        return patch.Work(live, fields, await patch.PreviewAsync(live, fields, cancellation), static _ => "the brokers name the ensemble's members");
    }

    private static (JsonObject? Container, string? Connect) Connect(JsonObject brokers) =>
        (brokers["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(container => (container, (container["env"] as JsonArray ?? [])
                .Where(variable => MergeKeys.Value(variable, "name") == ConnectVariable).Select(variable => (string?)variable?["value"]).FirstOrDefault()))
            .FirstOrDefault(pair => pair.Item2 is not null);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
