using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Plans changes of a cluster's brokers from what they are now. Planning changes nothing.</summary>
/// <param name="connection">Where.</param>
public sealed partial class BrokerChanges(KubernetesConnection connection)
{
    private const string WhyOnDelete = "Kubernetes would restart brokers by itself, without looking at their replicas";

    /// <summary>
    /// Plans a restart. Where an earlier restart of these brokers was interrupted, only those that it didn't come to are restarted; otherwise all that are asked for.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="members">The pods' names; null for all brokers.</param>
    /// <param name="force">Whether replicas are not waited for.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c>, <c>NoBrokers</c>, or Kafka could not be asked.</exception>
    public async Task<ChangePlan> PlanRestartAsync(
        ClusterIdentity cluster, IReadOnlyCollection<string>? members, bool force, CancellationToken cancellation)
    {
        var sets = new LiveSets(connection, cluster);
        var look = new ReplicaLook(connection);
        var set = await sets.ReadAsync(ClusterParts.Brokers, cancellation);
        var asked = set.Members.Where(member => member.Pod is not null && members?.Contains(member.Name) != false).ToList();
        var left = asked.Where(member => RestartNote.Of(set, member.Pod!) is not null).ToList();
        var toRestart = left.Count > 0 ? left : asked;
        var targets = toRestart.ToDictionary(member => member.Ordinal, member => RestartNote.Of(set, member.Pod!) is { } since
            ? string.Create(CultureInfo.InvariantCulture, $"its restart was asked for at {since:u}, and not come to")
            : "a restart was asked for");

        var view = await LookAsync(look, set, force, cancellation);
        var rolling = new BrokerRolling(sets, look, force);
        var work = new List<ChangeWork>();
        var isRollingByItself = set.RestartsByItself && set.Members.Any(member => member.Pod is not null && set.IsOutdated(member.Pod));
        if (isRollingByItself)
        {
            work.Add(StopRollingByItself(new SetPatch(sets, ClusterParts.Brokers), set));
        }

        if (left.Count == 0 && asked.Count > 0)
        {
            work.Add(RestartNote.Work(connection, set, [.. asked.Select(member => member.Pod!)]));
        }

        work.AddRange(rolling.Restart(
            set, view, targets.Count > 1 ? await ControllerAsync(look, set, cancellation) : null, targets, [], static (live, pod) => RestartNote.Of(live, pod) is not null));
        return new ChangePlan(cluster, work, BrokerRolling.Warnings(view));
    }

    // Without replicas to look at nothing may be restarted, unless they are not to be looked at, or there is no broker left that could say.
    private async Task<ReplicaView?> LookAsync(ReplicaLook look, LiveSet set, bool force, CancellationToken cancellation)
    {
        try
        {
            return await look.LookAsync(set, cancellation);
        }
        catch (EngineException failure) when (force && failure.Kind != EngineErrorKind.PermissionDenied)
        {
            connection.Observer.Warning($"Kafka can't be asked, so nothing is said of its replicas: {failure.Message}");
            return null;
        }
    }

    // The order is worth a question, and not a failure.
    private async Task<int?> ControllerAsync(ReplicaLook look, LiveSet set, CancellationToken cancellation)
    {
        try
        {
            var kafka = await look.OpenAsync(set.Snapshot, cancellation);
            return (await kafka.Brokers.DescribeAsync(cancellation)).ControllerId;
        }
        catch (EngineException failure) when (failure.Kind != EngineErrorKind.PermissionDenied)
        {
            connection.Observer.Warning($"It can't be told which broker is the active controller, so brokers are restarted in the order of their ids: {failure.Message}");
            return null;
        }
    }

    private static ChangeWork StopRollingByItself(SetPatch patch, LiveSet set)
    {
        return patch.Work(
            set,
            OnDelete(),
            [new FieldChange("spec.updateStrategy.type", (string?)set.Set["spec"]?["updateStrategy"]?["type"] ?? "RollingUpdate", "OnDelete")],
            static _ => WhyOnDelete);
    }

    private static JsonObject OnDelete() => new()
    {
        ["spec"] = new JsonObject { ["updateStrategy"] = new JsonObject { ["type"] = "OnDelete", ["rollingUpdate"] = null } },
    };
}
