using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>
/// The note on a StatefulSet of which pods are to be restarted, by their uids. A pod that was restarted has another uid, so the pods that still have theirs are
/// what is left of an interrupted restart. Kubernetes' own note is an annotation of the template: that would make all pods outdated where one is meant, and would have a
/// set that restarts by itself do so without looking.
/// </summary>
internal static class RestartNote
{
    /// <summary>The annotation: a time, a blank, uids joined by commas.</summary>
    public const string Annotation = "kafkak8s/restart-requested";

    /// <summary>Since when a pod is to be restarted, or null where it isn't.</summary>
    public static DateTimeOffset? Of(LiveSet set, JsonObject pod) =>
        ((string?)set.Set["metadata"]?["annotations"]?[Annotation])?.Split(' ') is [var since, var uids]
            && uids.Split(',').Contains((string?)pod["metadata"]?["uid"])
            && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>The work that notes pods down. It is one change, so that no interruption leaves half a note.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="set">The StatefulSet.</param>
    /// <param name="pods">The pods.</param>
    public static ChangeWork Work(KubernetesConnection connection, LiveSet set, IReadOnlyList<JsonObject> pods)
    {
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var names = string.Join(", ", pods.Select(pod => (string?)pod["metadata"]?["name"]));
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject { [Annotation] = $"{now} {string.Join(',', pods.Select(pod => (string?)pod["metadata"]?["uid"]))}" },
            },
        };
        var reference = new ResourceReference("apps/v1", "StatefulSet", set.Snapshot.Identity.Namespace, set.Name);
        return new ChangeWork(
            new ChangeStep(ChangeAction.ChangeField, $"StatefulSet {set.Name} metadata.annotations[{Annotation}]", null, $"{now}: {names}", "a restart that is interrupted finds there what is left"),
            (run, cancellation) => run.RepeatAsync(stop => connection.Resources.PatchAsync(reference, PatchKind.Merge, patch.DeepClone(), stop), cancellation));
    }
}
