using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>
/// The note on a StatefulSet of a restart that is under way: since when, and which pods it is to restart, with the uids that they had. A pod that was restarted has
/// another uid, so the same command knows after an interruption what is left. The last step takes the note away. Kubernetes' own note is an annotation of the
/// template: that would make all pods outdated where one is meant, and would have a set that restarts by itself do so without looking.
/// </summary>
internal sealed class RestartNote
{
    /// <summary>The annotation: a time, a blank, <c>name=uid</c> joined by commas.</summary>
    public const string Annotation = "kafkak8s/restart-requested";

    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private readonly string _text;
    private readonly Dictionary<string, string> _uids;

    private RestartNote(string text, DateTimeOffset since, Dictionary<string, string> uids)
    {
        (_text, _uids) = (text, uids);
        Since = since;
    }

    /// <summary>When the restart was asked for.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>The pods that it is to restart, by name.</summary>
    public IReadOnlyCollection<string> Names => _uids.Keys;

    /// <summary>The note that a StatefulSet carries, or null where there is none that can be read.</summary>
    public static RestartNote? Of(LiveSet set)
    {
        if ((string?)set.Set["metadata"]?["annotations"]?[Annotation] is not { } text
            || text.Split(' ') is not [var since, var pods]
            || !DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return null;
        }

        var uids = new Dictionary<string, string>();
        foreach (var entry in pods.Split(','))
        {
            if (entry.Split('=') is not [var name, var uid])
            {
                return null;
            }

            uids[name] = uid;
        }

        return new RestartNote(text, time, uids);
    }

    /// <summary>A new note.</summary>
    /// <param name="names">The pods that are to be restarted.</param>
    /// <param name="set">The StatefulSet with its pods as they are.</param>
    public static RestartNote Begin(IEnumerable<string> names, LiveSet set)
    {
        var now = DateTimeOffset.UtcNow;
        var uids = names.ToDictionary(name => name, name => (string?)set.Snapshot.Find(name)?["metadata"]?["uid"] ?? "");
        return new RestartNote(
            $"{now.ToString(Moment, CultureInfo.InvariantCulture)} {string.Join(',', uids.Select(pod => $"{pod.Key}={pod.Value}"))}", now, uids);
    }

    /// <summary>Whether a pod is still the one that was to be restarted.</summary>
    public bool IsLeft(JsonObject pod) =>
        _uids.TryGetValue((string)pod["metadata"]!["name"]!, out var uid) && uid == (string?)pod["metadata"]?["uid"];

    /// <summary>The work that puts the note on the StatefulSet. It is one change, so that no interruption leaves half a note.</summary>
    public ChangeWork Write(KubernetesConnection connection, LiveSet set) => new(
        new ChangeStep(
            ChangeAction.ChangeField, Target(set), null, Words, "a restart that is interrupted finds there what is left; it goes when the last pod is back"),
        (run, cancellation) => run.RepeatAsync(stop => connection.Resources.PatchAsync(Reference(set), PatchKind.Merge, Patch(_text), stop), cancellation));

    /// <summary>The work that takes the note away, where nothing else is left to do.</summary>
    public ChangeWork Remove(KubernetesConnection connection, LiveSet set) => new(
        new ChangeStep(ChangeAction.ChangeField, Target(set), Words, null, "the restart has come to all of them"),
        (run, cancellation) => RemoveAsync(run, connection, set, cancellation));

    /// <summary>The last work of a restart, which takes the note away when it is done.</summary>
    public ChangeWork End(ChangeWork last, KubernetesConnection connection, LiveSet set) => last with
    {
        CarryOutAsync = async (run, cancellation) =>
        {
            await last.CarryOutAsync(run, cancellation);
            await RemoveAsync(run, connection, set, cancellation);
        },
    };

    private string Words => $"{Since.ToUniversalTime().ToString(Moment, CultureInfo.InvariantCulture)}: {string.Join(", ", Names)}";

    private static string Target(LiveSet set) => $"StatefulSet {set.Name} metadata.annotations[{Annotation}]";

    // One that somebody else has put there meanwhile is about another restart.
    private Task RemoveAsync(StepRun run, KubernetesConnection connection, LiveSet set, CancellationToken cancellation) => run.RepeatAsync(
        async stop =>
        {
            if ((string?)(await connection.Resources.FindAsync(Reference(set), stop))?["metadata"]?["annotations"]?[Annotation] == _text)
            {
                await connection.Resources.PatchAsync(Reference(set), PatchKind.Merge, Patch(null), stop);
            }
        },
        cancellation);

    private static JsonObject Patch(string? text) => new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotation] = text } } };

    private static ResourceReference Reference(LiveSet set) => new("apps/v1", "StatefulSet", set.Snapshot.Identity.Namespace, set.Name);
}
