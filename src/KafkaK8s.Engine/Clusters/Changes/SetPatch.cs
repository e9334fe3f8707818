using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>
/// Changes fields of a StatefulSet by a strategic merge patch: only what is named changes, whoever made the set, and the server merges by its own rules.
/// The server is asked first what would come of it, so that what it refuses changes nothing.
/// </summary>
internal sealed class SetPatch(LiveSets sets, ClusterParts part)
{
    /// <summary>What the server says that a patch would change.</summary>
    /// <exception cref="EngineException">The server refuses it: <c>ResourceInvalid</c>, <c>PermissionDenied</c>, among others.</exception>
    public async Task<IReadOnlyList<FieldChange>> PreviewAsync(LiveSet live, JsonObject patch, CancellationToken cancellation)
    {
        if (patch.Count == 0)
        {
            return [];
        }

        return FieldDifferences.Between(live.Set, await RehearseAsync(live, patch, cancellation));
    }

    /// <summary>
    /// What one should know of those who apply the set from somewhere else: they set back what is changed here, the next time. Asked for by name, a field is changed all the
    /// same, as <c>kubectl edit</c> would.
    /// </summary>
    public static IEnumerable<string> Warnings(LiveSet live) =>
        (live.Set["metadata"]?["managedFields"] as JsonArray ?? [])
            .Where(entry => (string?)entry?["operation"] == "Apply" || (string?)entry?["manager"] == "kubectl-client-side-apply")
            .Select(entry => (string?)entry?["manager"])
            .Where(manager => manager != ResourceClient.FieldManager)
            .Distinct()
            .Select(manager => $"StatefulSet {live.Name} is also applied by \"{manager}\", which sets back what is changed here unless its own source is changed too.");

    /// <summary>Whether a change makes pods outdated.</summary>
    public static bool ChangesPods(IEnumerable<FieldChange> changes) =>
        changes.Any(change => change.Path.StartsWith("spec.template.", StringComparison.Ordinal));

    /// <summary>Refuses to have Kubernetes restart by itself what a plan restarts in order.</summary>
    /// <exception cref="EngineException"><c>RollsByItself</c>.</exception>
    public static void RefuseRolling(LiveSet live, JsonObject patch)
    {
        if ((string?)patch["spec"]?["updateStrategy"]?["type"] is { } strategy && strategy != "OnDelete")
        {
            throw new EngineException(
                "RollsByItself",
                EngineErrorKind.InvalidArgument,
                live.Name,
                $"With the update strategy {strategy}, Kubernetes would restart the pods of StatefulSet {live.Name} by itself, without looking at what runs in them, beside the restarts of this plan. Nothing was changed.",
                "Leave the strategy out of this change.");
        }
    }

    /// <summary>
    /// Whether a pod runs another template than the one that a plan has come to. Where somebody sets the template back or changes it once more meanwhile, the plan is
    /// about something else, and ends.
    /// </summary>
    public static Func<LiveSet, JsonObject, bool> OutdatedAsOf()
    {
        string? wanted = null;
        return (live, pod) =>
        {
            wanted ??= live.Revision;
            return live.Revision == wanted
                ? live.IsOutdated(pod)
                : throw new StepStoppedException(new EngineException(
                    "TemplateChanged",
                    EngineErrorKind.Conflict,
                    live.Name,
                    $"Somebody else changed the template of StatefulSet {live.Name} while its pods were being restarted, so that some run the one and some the other.",
                    "See who applies it (its managed fields say so)."));
        };
    }

    /// <summary>The work that patches: a step for each field, carried out as one.</summary>
    /// <param name="live">The set as it is.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="changes">What the server said that it would change.</param>
    /// <param name="reasonOf">Why a field changes.</param>
    public ChangeWork Work(LiveSet live, JsonObject patch, IReadOnlyList<FieldChange> changes, Func<FieldChange, string> reasonOf) => new(
        [.. changes.Select(change => new ChangeStep(
            ChangeAction.ChangeField, $"StatefulSet {live.Name} {change.Path}", change.Before, change.After, reasonOf(change)))],
        (run, cancellation) => ApplyAsync(run, live, patch, cancellation));

    /// <summary>Patches, and waits until the set's controller has seen it, so that it is known which pods are outdated.</summary>
    public async Task ApplyAsync(StepRun run, LiveSet live, JsonObject patch, CancellationToken cancellation)
    {
        await run.RepeatAsync(
            stop => sets.Connection.Resources.PatchAsync(Reference(live), PatchKind.Strategic, patch.DeepClone(), stop), cancellation);
        await run.UntilAsync(
            async stop => (await sets.ReadAsync(part, stop)).IsObserved,
            () => new EngineException(
                "ChangeNotObserved",
                EngineErrorKind.Timeout,
                live.Name,
                $"StatefulSet {live.Name} was changed, and the controller of StatefulSets has not taken notice in time.",
                "See whether the cluster's controller manager runs."),
            cancellation);
    }

    private async Task<JsonObject> RehearseAsync(LiveSet live, JsonObject patch, CancellationToken cancellation)
    {
        try
        {
            return await sets.Connection.Resources.PatchAsync(Reference(live), PatchKind.Strategic, patch.DeepClone(), cancellation, dryRun: true);
        }
        catch (EngineException refusal) when (refusal.Id == "DryRunNotSupported")
        {
            sets.Connection.Observer.Warning($"The server can't be asked what would come of it, so that only the change itself can tell whether it is refused: {refusal.Message}");
            return StrategicMerge.Apply(live.Set, patch);
        }
    }

    private static ResourceReference Reference(LiveSet live) =>
        new("apps/v1", "StatefulSet", (string?)live.Set["metadata"]?["namespace"], live.Name);
}
