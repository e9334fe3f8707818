using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Plans changes of a cluster's brokers from what they are now. Planning changes nothing.</summary>
/// <param name="connection">Where.</param>
public sealed partial class BrokerChanges(KubernetesConnection connection)
{
    private const string WhyOnDelete = "Kubernetes would restart brokers by itself, without looking at their replicas";

    /// <summary>
    /// Plans a restart. Where an earlier restart of the same brokers was interrupted, only those that it didn't come to are restarted, and those that it did are waited for.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="members">The pods' names; null for all brokers.</param>
    /// <param name="force">Whether replicas are not waited for.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c>, <c>NoBrokers</c>, <c>BrokerDataWouldBeLost</c>, <c>BrokerIdsDiffer</c>, <c>ChangeNotObserved</c>, or Kafka could not be asked.</exception>
    public async Task<ChangePlan> PlanRestartAsync(
        ClusterIdentity cluster, IReadOnlyCollection<string>? members, bool force, CancellationToken cancellation)
    {
        var sets = new LiveSets(connection, cluster);
        var look = new ReplicaLook(connection);
        var set = await sets.ReadObservedAsync(ClusterParts.Brokers, cancellation);
        var request = RestartRequest.Find(set, members, force);
        var targets = request.Targets.ToDictionary(member => member.Ordinal, _ => request.Reason);
        var view = await LookAsync(look, set, force, cancellation);
        RequireKept(set, view, [.. targets.Keys]);
        var rolling = new BrokerRolling(sets, look, force);
        var isRollingByItself = set.RestartsByItself && set.Members.Any(member => member.Pod is not null && set.IsOutdated(member.Pod));
        var controller = targets.Count > 1 ? await ControllerAsync(look, set, cancellation) : null;
        var restarts = rolling.Restart(set, view, controller, targets, request.Restarted, [], (_, pod) => request.IsWanted(pod)).ToList();
        return new ChangePlan(
            cluster,
            [
                .. isRollingByItself ? [StopRollingByItself(new SetPatch(sets, ClusterParts.Brokers), set)] : Array.Empty<ChangeWork>(),
                .. request.Begin(connection),
                .. request.End(restarts, connection),
            ],
            [.. request.Warnings, .. BrokerRolling.Warnings(view)]);
    }

    // Without replicas to look at nothing may be restarted, unless they are not to be looked at, or there is no broker left that could say.
    private async Task<ReplicaView?> LookAsync(ReplicaLook look, LiveSet set, bool force, CancellationToken cancellation)
    {
        try
        {
            return await look.LookAsync(set, cancellation);
        }
        catch (EngineException failure) when (force && failure.Kind != EngineErrorKind.PermissionDenied && failure.Id != ReplicaLook.IdsDiffer)
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

    // With the pod goes what it keeps, where no claim keeps it.
    private static void RequireKept(LiveSet set, ReplicaView? view, IReadOnlyCollection<int> restarts)
    {
        if (set.KeepsData || restarts.SelectMany(ordinal => view?.OnlyOn(ordinal) ?? []).ToList() is not { Count: > 0 } lost)
        {
            return;
        }

        throw new EngineException(
            "BrokerDataWouldBeLost",
            EngineErrorKind.Conflict,
            set.Snapshot.Identity.ToString(),
            $"The brokers of {set.Snapshot.Identity} keep their data in their pods, and with a restart the only replica in sync of these partitions would be gone: {BrokerRolling.List(lost)}. Nothing was changed.",
            "Give the topics more replicas (Set-KafkaTopic -ReplicationFactor), or wait until the others are in sync.");
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
