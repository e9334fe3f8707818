using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>
/// A restart that is asked for, with what an earlier run of the same command has left of it. The same command finishes what was interrupted; one that asks for other
/// pods is another restart.
/// </summary>
internal sealed class RestartRequest
{
    private readonly LiveSet _set;
    private readonly RestartNote _note;
    private readonly bool _isResumed;

    private RestartRequest(LiveSet set, RestartNote note, bool isResumed, IReadOnlyList<string> warnings)
    {
        (_set, _note, _isResumed) = (set, note, isResumed);
        Warnings = warnings;
    }

    /// <summary>What one should know of an earlier restart.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The pods to restart. One that is going already needs not be sent away.</summary>
    public IReadOnlyList<(int Ordinal, string Name, JsonObject? Pod)> Targets =>
        [.. _set.Members.Where(member => member.Pod is not null && _note.IsLeft(member.Pod) && !PodReading.IsTerminating(member.Pod))];

    /// <summary>The ordinals of those that were restarted before the interruption: they may not be back yet.</summary>
    public IReadOnlyCollection<int> Restarted => _isResumed
        ? [.. _set.Members.Where(member => _note.Names.Contains(member.Name)).Select(member => member.Ordinal).Except(Targets.Select(target => target.Ordinal))]
        : [];

    /// <summary>Why they are restarted.</summary>
    public string Reason => _isResumed
        ? string.Create(CultureInfo.InvariantCulture, $"its restart was asked for at {_note.Since:u}, and not come to")
        : "a restart was asked for";

    /// <summary>Finds out what is to be done.</summary>
    /// <param name="set">The StatefulSet as it is.</param>
    /// <param name="members">The names of the pods to restart; null for all.</param>
    /// <param name="force">Whether nothing is waited for: then a restart that has come to all its pods is over, whether they are back or not.</param>
    public static RestartRequest Find(LiveSet set, IReadOnlyCollection<string>? members, bool force)
    {
        var names = set.Members.Select(member => member.Name).Where(name => members?.Contains(name) != false).ToList();
        if (RestartNote.Of(set) is not { } note)
        {
            return new RestartRequest(set, RestartNote.Begin(names, set), isResumed: false, []);
        }

        var left = set.Members.Where(member => member.Pod is not null && note.IsLeft(member.Pod)).Select(member => member.Name).ToList();
        var since = string.Create(CultureInfo.InvariantCulture, $"The restart of {string.Join(", ", note.Names)} that was asked for at {note.Since:u}");
        if (note.Names.ToHashSet().SetEquals(names))
        {
            return left.Count == 0 && force
                ? new RestartRequest(set, RestartNote.Begin(names, set), isResumed: false, [])
                : new RestartRequest(
                    set, note, isResumed: true, [$"{since} was not finished. This finishes it, and restarts none of them twice; the same command restarts them anew after that."]);
        }

        return new RestartRequest(
            set,
            RestartNote.Begin(names, set),
            isResumed: false,
            left.Count == 0 ? [] : [$"{since} had not come to {string.Join(", ", left)}. This is another restart, after which nobody remembers that one."]);
    }

    /// <summary>Whether a pod is still to be restarted when its turn comes.</summary>
    public bool IsWanted(JsonObject pod) => _note.IsLeft(pod);

    /// <summary>The work that notes the restart down, where it isn't noted yet and there is something to restart.</summary>
    public IEnumerable<ChangeWork> Begin(KubernetesConnection connection) => _isResumed || Targets.Count == 0 ? [] : [_note.Write(connection, _set)];

    /// <summary>The restarts and waits with the end of the note: with the last of them, or by itself where none is left.</summary>
    public IReadOnlyList<ChangeWork> End(IReadOnlyList<ChangeWork> work, KubernetesConnection connection) =>
        work.Count > 0 ? [.. work.SkipLast(1), _note.End(work[^1], connection, _set)]
        : _isResumed ? [_note.Remove(connection, _set)]
        : [];
}
