using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>
/// The note on a pod that it is to be restarted. It goes with the pod, so the pods that still have it are what is left of an interrupted
/// restart. Kubernetes' own note, an annotation of the template, would make all pods outdated where one is meant, and would have a set that
/// restarts by itself do so without looking.
/// </summary>
internal static class PodMark
{
    private const string Annotation = "kafkak8s/restart-requested-at";

    /// <summary>Since when a pod is to be restarted, or null where it isn't.</summary>
    public static DateTimeOffset? Of(JsonObject pod) => KubernetesTime.Read(pod["metadata"]?["annotations"]?[Annotation]);

    /// <summary>The work that puts the note on pods. A pod that was replaced meanwhile gets none.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="pods">The pods.</param>
    public static ChangeWork Work(KubernetesConnection connection, IReadOnlyList<JsonObject> pods)
    {
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var step = new ChangeStep(
            ChangeAction.MarkPods, string.Join(", ", pods.Select(Name)), null, now, "so that a restart that is interrupted finds what is left");
        return new ChangeWork(step, (run, cancellation) => MarkAsync(connection, pods, now, run, cancellation));
    }

    private static async Task MarkAsync(
        KubernetesConnection connection, IReadOnlyList<JsonObject> pods, string now, StepRun run, CancellationToken cancellation)
    {
        foreach (var pod in pods)
        {
            var reference = new ResourceReference("v1", "Pod", (string?)pod["metadata"]?["namespace"], Name(pod));
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    // With another pod's uid the server refuses: the pod was replaced, which is a restart.
                    ["uid"] = (string?)pod["metadata"]?["uid"],
                    ["annotations"] = new JsonObject { [Annotation] = now },
                },
            };
            await run.RepeatAsync(
                async stop =>
                {
                    try
                    {
                        await connection.Resources.PatchAsync(reference, PatchKind.Merge, patch, stop);
                    }
                    catch (EngineException gone) when (gone.Id is "ResourceNotFound" or "ResourceConflict" or "ResourceInvalid")
                    {
                    }
                },
                cancellation);
        }
    }

    private static string Name(JsonObject pod) => (string)pod["metadata"]!["name"]!;
}
