using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Api.Selectors;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>
/// Keeps the pods of StatefulSets: each ordinal once, in order or in parallel, with its claims; and replaces them when the template
/// changes, if it is asked to.
/// </summary>
internal sealed class StatefulSetController(ObjectStore store, EventRecorder events) : Controller(store)
{
    private const string Component = "statefulset-controller";

    private readonly StatefulSetRevisions _revisions = new(store);

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } = [ResourceKind.StatefulSets, ResourceKind.Pods];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item)
    {
        if (kind == ResourceKind.StatefulSets)
        {
            return [ObjectKey.Of(item)];
        }

        return item.Controller() is { } owner
            ? owner.TextAt("kind") == "StatefulSet" ? [new ObjectKey(item.Namespace(), owner.TextAt("name")!)] : []
            : Store.List(ResourceKind.StatefulSets, item.Namespace()).Where(set => Selects(set, item)).Select(ObjectKey.Of);
    }

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        if (Store.Get(ResourceKind.StatefulSets, key.Namespace, key.Name) is not { } set)
        {
            return;
        }

        var pods = Members(set);
        var update = set.IsTerminating() ? set.TextAt("status", "updateRevision") ?? "" : _revisions.Current(set);
        var current = set.TextAt("status", "currentRevision") is { Length: > 0 } recorded ? recorded : update;
        var status = Status(set, pods, current, update);
        try
        {
            if (!set.IsTerminating())
            {
                Proceed(set, pods, current, update);
            }
        }
        finally
        {
            Store.Change(ResourceKind.StatefulSets, key.Namespace, key.Name, live => live["status"] = status);
        }

        if (set.IsTerminating())
        {
            return;
        }

        _revisions.Trim(set, [current, update, .. pods.Select(Revision).OfType<string>()]);
        if (SoonestAvailable(set, pods) is { } wait)
        {
            ReconcileAfter(key, wait, cancellation);
        }
    }

    private void Proceed(JsonObject set, IReadOnlyList<JsonObject> pods, string current, string update)
    {
        var start = (int)(set.NumberAt("spec", "ordinals", "start") ?? 0);
        var replicas = (int)(set.NumberAt("spec", "replicas") ?? 1);
        var inOrder = set.TextAt("spec", "podManagementPolicy") != "Parallel";
        var byOrdinal = pods.ToDictionary(pod => StatefulSetMember.Ordinal(set, pod)!.Value);
        var condemned = byOrdinal.Where(pod => pod.Key < start || pod.Key >= start + replicas).OrderByDescending(pod => pod.Key).ToList();
        var firstUnhealthy = byOrdinal.OrderBy(pod => pod.Key).Select(pod => pod.Value).FirstOrDefault(pod => !IsHealthy(pod));
        for (var ordinal = start; ordinal < start + replicas; ordinal++)
        {
            if (!KeepMember(set, ordinal, byOrdinal.GetValueOrDefault(ordinal), current, update) && inOrder)
            {
                return;
            }
        }

        foreach (var (ordinal, pod) in condemned)
        {
            if (pod.IsTerminating() || (inOrder && !pod.IsRunningAndReady() && pod != firstUnhealthy))
            {
                if (inOrder)
                {
                    return;
                }

                continue;
            }

            HandClaimsTo(set, ordinal, pod);
            Delete(set, pod);
            if (inOrder)
            {
                return;
            }
        }

        if (condemned.Count == 0 && set.TextAt("spec", "updateStrategy", "type") is not "OnDelete")
        {
            ReplaceOutdated(set, byOrdinal, start, replicas, update);
        }
    }

    /// <summary>Sees to one ordinal. Says whether the next one in order may be seen to.</summary>
    private bool KeepMember(JsonObject set, int ordinal, JsonObject? pod, string current, string update)
    {
        if (pod is null)
        {
            var revision = IsHeldBack(set, ordinal) ? current : update;
            Create(set, ordinal, revision);
            return false;
        }

        if (pod.IsTerminating())
        {
            return false;
        }

        if (pod.HasEnded())
        {
            events.Record(Component, set, "Warning", "RecreatingTerminatedPod", $"StatefulSet {set.Namespace()}/{set.Name()} is recreating terminated Pod {pod.Name()}");
            Delete(set, pod);
            return false;
        }

        return pod.IsRunningAndReady() && IsAvailable(set, pod);
    }

    /// <summary>Deletes the outdated pod of the highest ordinal, once all above it are healthy.</summary>
    private void ReplaceOutdated(JsonObject set, Dictionary<int, JsonObject> pods, int start, int replicas, string update)
    {
        var partition = (int)(set.NumberAt("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);
        for (var ordinal = start + replicas - 1; ordinal >= start + partition; ordinal--)
        {
            if (!pods.TryGetValue(ordinal, out var pod))
            {
                return;
            }

            if (Revision(pod) != update && !pod.IsTerminating())
            {
                Delete(set, pod);
                return;
            }

            if (!IsHealthy(pod) || !IsAvailable(set, pod))
            {
                return;
            }
        }
    }

    private void Create(JsonObject set, int ordinal, string revision)
    {
        foreach (var claim in StatefulSetMember.Claims(set, ordinal))
        {
            CreateClaim(set, ordinal, claim);
        }

        var pod = StatefulSetMember.Pod(set, ordinal, _revisions.Template(set, revision), revision);
        pod.At("spec")!.AsObject().Remove("$patch");
        try
        {
            Store.Create(ResourceKind.Pods, pod);
        }
        catch (ApiException refused)
        {
            events.Record(
                Component, set, "Warning", "FailedCreate", $"Create Pod {pod.Name()} in StatefulSet {set.Name()} failed error: {refused.Message}");
            throw;
        }

        events.Record(Component, set, "Normal", "SuccessfulCreate", $"Create Pod {pod.Name()} in StatefulSet {set.Name()} successful");
    }

    private void CreateClaim(JsonObject set, int ordinal, JsonObject claim)
    {
        var pod = $"{set.Name()}-{ordinal}";
        if (Store.Get(ResourceKind.PersistentVolumeClaims, set.Namespace(), claim.Name()) is { } existing)
        {
            if (existing.IsTerminating())
            {
                throw new ApiException(409, "Conflict", $"pvc {claim.Name()} is being deleted");
            }

            return;
        }

        try
        {
            Store.Create(ResourceKind.PersistentVolumeClaims, claim);
        }
        catch (ApiException refused)
        {
            events.Record(
                Component,
                set,
                "Warning",
                "FailedCreate",
                $"Create Claim {claim.Name()} for Pod {pod} in StatefulSet {set.Name()} failed error: {refused.Message}");
            throw;
        }

        events.Record(Component, set, "Normal", "SuccessfulCreate", $"Create Claim {claim.Name()} Pod {pod} in StatefulSet {set.Name()} success");
    }

    private void Delete(JsonObject set, JsonObject pod)
    {
        Store.Delete(ResourceKind.Pods, pod.Namespace(), pod.Name(), new Deletion { Uid = pod.TextAt("metadata", "uid") });
        events.Record(Component, set, "Normal", "SuccessfulDelete", $"Delete Pod {pod.Name()} in StatefulSet {set.Name()} successful");
    }

    // Claims that shall go when the set shrinks belong to the pod from now on, and go after it.
    private void HandClaimsTo(JsonObject set, int ordinal, JsonObject pod)
    {
        if (set.TextAt("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") != "Delete")
        {
            return;
        }

        foreach (var claim in StatefulSetMember.Claims(set, ordinal))
        {
            Store.Change(ResourceKind.PersistentVolumeClaims, set.Namespace(), claim.Name(), live => live.AddOwner(Owners.Reference(pod)));
        }
    }

    /// <summary>The set's pods, those that it takes in included.</summary>
    private List<JsonObject> Members(JsonObject set)
    {
        var uid = set.TextAt("metadata", "uid");
        var members = new List<JsonObject>();
        foreach (var pod in Store.List(ResourceKind.Pods, set.Namespace()).Where(pod => StatefulSetMember.Ordinal(set, pod) is not null))
        {
            if (pod.Controller() is { } owner)
            {
                if (owner.TextAt("uid") == uid)
                {
                    members.Add(pod);
                }
            }
            else if (Selects(set, pod) && !pod.IsTerminating() && !set.IsTerminating())
            {
                Store.Change(ResourceKind.Pods, pod.Namespace(), pod.Name(), live => live.AddOwner(Owners.ControllerReference(set)));
                members.Add(pod);
            }
        }

        return members;
    }

    private JsonObject Status(JsonObject set, List<JsonObject> pods, string current, string update)
    {
        var replicas = set.NumberAt("spec", "replicas") ?? 1;
        var ready = pods.Count(pod => pod.IsRunningAndReady());
        var currentReplicas = CountOf(pods, current);
        var updated = CountOf(pods, update);
        var isRolledOut = set.TextAt("spec", "updateStrategy", "type") is not "OnDelete" && updated == replicas && ready == replicas && pods.Count == replicas;
        var status = new JsonObject
        {
            ["observedGeneration"] = set.NumberAt("metadata", "generation") ?? 1,
            ["replicas"] = pods.Count,
        };
        SetUnlessZero(status, "readyReplicas", ready);
        SetUnlessZero(status, "currentReplicas", isRolledOut ? updated : currentReplicas);
        SetUnlessZero(status, "updatedReplicas", updated);
        status["currentRevision"] = isRolledOut ? update : current;
        status["updateRevision"] = update;
        status["collisionCount"] = set.NumberAt("status", "collisionCount") ?? 0;
        status["availableReplicas"] = pods.Count(pod => pod.IsRunningAndReady() && IsAvailable(set, pod));
        return status;
    }

    private static int CountOf(IEnumerable<JsonObject> pods, string revision) =>
        pods.Count(pod => !pod.IsTerminating() && Revision(pod) == revision);

    private static void SetUnlessZero(JsonObject status, string field, int count)
    {
        if (count > 0)
        {
            status[field] = count;
        }
    }

    private static bool Selects(JsonObject set, JsonObject pod) =>
        StatefulSetMember.Ordinal(set, pod) is not null && LabelSelector.Selects(set.At("spec", "selector"), pod);

    // Below the partition of a rolling update a pod keeps the revision that the set came from.
    private static bool IsHeldBack(JsonObject set, int ordinal) =>
        set.TextAt("spec", "updateStrategy", "type") is not "OnDelete"
        && ordinal < (set.NumberAt("spec", "ordinals", "start") ?? 0) + (set.NumberAt("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);

    private static bool IsHealthy(JsonObject pod) => pod.IsRunningAndReady() && !pod.IsTerminating();

    private static string? Revision(JsonObject pod) => pod.TextAt("metadata", "labels", StatefulSetMember.RevisionLabel);

    private bool IsAvailable(JsonObject set, JsonObject pod) => UntilAvailable(set, pod) <= TimeSpan.Zero;

    private TimeSpan UntilAvailable(JsonObject set, JsonObject pod)
    {
        var needed = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        return needed > TimeSpan.Zero && pod.Condition("Ready").TextAt("lastTransitionTime") is { } since
            ? DateTimeOffset.Parse(since, CultureInfo.InvariantCulture) + needed - Store.Clock.GetUtcNow()
            : TimeSpan.Zero;
    }

    private TimeSpan? SoonestAvailable(JsonObject set, IEnumerable<JsonObject> pods)
    {
        var waits = pods.Where(pod => pod.IsRunningAndReady()).Select(pod => UntilAvailable(set, pod)).Where(wait => wait > TimeSpan.Zero).ToList();
        return waits.Count == 0 ? null : waits.Min();
    }
}
