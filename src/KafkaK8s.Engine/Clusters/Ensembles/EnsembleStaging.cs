using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>
/// Cuts a change of an ensemble's size into stages that are safe while they are under way. ZooKeeper's list is static: while members restart,
/// some have the old list and some the new one, and each list elects by itself. From 3 to 5 in one step, members 1 and 2 could elect a leader by the
/// old list while 3, 4 and 5 elect another by the new one. With one member more or less, every two majorities share a member, whatever has been
/// restarted by then.
/// </summary>
internal static class EnsembleStaging
{
    /// <summary>The stages from what an ensemble is to what it should be; none where all agrees already.</summary>
    /// <param name="topology">The ensemble, its members asked.</param>
    /// <param name="target">How many members it should have.</param>
    /// <exception cref="EngineException">
    /// <c>EnsembleSplit</c>, <c>EnsembleInconsistent</c>: nobody can tell whose data counts. <c>EnsembleDataWouldBeLost</c>: it can't be done with data that is
    /// lost with its pod. <c>ServerListNotUnderstood</c>.
    /// </exception>
    public static IReadOnlyList<EnsembleStage> Plan(EnsembleTopology topology, int target)
    {
        RefuseSplit(topology);
        if (topology.ListSize is null)
        {
            throw new EngineException(
                "ServerListNotUnderstood",
                EngineErrorKind.NotSupported,
                topology.Name,
                $"The list of servers in the StatefulSet {topology.Name} can't be read.",
                "Change it by an override, together with the number of replicas.");
        }

        var state = new State(topology);
        var stages = new List<EnsembleStage>();
        var (size, wayThrough) = Begin(state, topology, target);
        foreach (var next in wayThrough)
        {
            stages.Add(next > size ? Grow(state, size) : next < size ? Shrink(state, size) : Mend(state, size));
            size = next;
        }

        while (size != target)
        {
            stages.Add(size < target ? Grow(state, size) : Shrink(state, size));
            size += Math.Sign(target - size);
        }

        var needed = stages.Where(stage => stage.Moves.Count > 0).ToList();
        if (topology.IsEphemeral && needed.FirstOrDefault(LosesEphemeralData) is { } losing)
        {
            throw DataWouldBeLost(topology, losing);
        }

        return needed;
    }

    /// <summary>Refuses an ensemble that has two leaders.</summary>
    /// <exception cref="EngineException"><c>EnsembleSplit</c>.</exception>
    public static void RefuseSplit(EnsembleTopology topology)
    {
        if (topology.Leaders is { Count: > 1 } leaders)
        {
            throw new EngineException(
                "EnsembleSplit",
                EngineErrorKind.Conflict,
                topology.Name,
                $"{string.Join(" and ", leaders.Select(leader => leader.Pod))} both lead: the ensemble {topology.Name} is split, and what was written to one side is not known to the other.",
                "Find out which side the brokers use, stop the other one, and try again. Nothing was changed.");
        }
    }

    // Where to begin: the size that counts now, and the sizes to go through before the plain way to the target.
    private static (int Size, IReadOnlyList<int> Through) Begin(State state, EnsembleTopology topology, int target)
    {
        var held = state.VotersLists;
        switch (held)
        {
            case []:
                // Nobody runs: whatever the template says is as good as anything.
                return (state.ListSize, [state.ListSize]);
            case [var size]:
                return (size, state.Agrees(size, target) ? [] : [size]);
            case [var smaller, var larger] when larger == smaller + 1 && !state.HasStrays(larger):
                // A stage was interrupted. It can be finished either way; without the member in question only by bringing it back.
                return target >= larger ? (smaller, [larger])
                    : state.Lists.ContainsKey(larger) ? (larger, [smaller])
                    : (smaller, [larger]);
            default:
                var leader = topology.Leaders is [var only] ? only : throw new EngineException(
                    "EnsembleInconsistent",
                    EngineErrorKind.Unavailable,
                    topology.Name,
                    $"The members of {topology.Name} have different lists of servers, and none of them leads: {string.Join("; ", topology.Disagreements())}.",
                    "Nobody can tell from here whose data counts. Give the StatefulSet the list of the member with the latest data, and restart the others one by one.");
                return (leader.ListSize!.Value, [leader.ListSize!.Value]);
        }
    }

    // Everybody who counts by the list of this size gets it, and nobody else stays.
    private static EnsembleStage Mend(State state, int size)
    {
        var moves = new List<EnsembleMove>();
        state.Resize(moves, size, size);
        state.LeaveBeyond(moves, size);
        state.JoinMissing(moves, size);
        state.RestartOthers(moves, size, size);
        return new EnsembleStage(size, size, moves);
    }

    // The newcomer comes first: it follows before anybody counts on it, and the others have to hear from a majority of the longer list to come back.
    private static EnsembleStage Grow(State state, int size)
    {
        var moves = new List<EnsembleMove>();
        state.Resize(moves, size + 1, size + 1);
        state.LeaveBeyond(moves, size + 1);
        state.JoinMissing(moves, size + 1);
        state.RestartOthers(moves, size, size + 1);
        return new EnsembleStage(size, size + 1, moves);
    }

    // The one who leaves goes last: until everybody has the shorter list, it is needed to make up for the one that restarts. It must not lead by then,
    // because those with the shorter list would not follow it.
    private static EnsembleStage Shrink(State state, int size)
    {
        var moves = new List<EnsembleMove>();
        if (state.HasOthers(size - 1, size - 1))
        {
            if (size > 2)
            {
                moves.Add(new EnsembleMove.HandOver(size));
            }

            state.Resize(moves, size, size - 1);
            state.LeaveBeyond(moves, size);
            state.RestartOthers(moves, size - 1, size - 1);
        }

        state.Resize(moves, size - 1, size - 1);
        state.LeaveBeyond(moves, size - 1);
        return new EnsembleStage(size, size - 1, moves);
    }

    // With a list of two nobody comes back to an ensemble at work, so the second restart would empty the last full copy; with a list of one the first would.
    private static bool LosesEphemeralData(EnsembleStage stage) =>
        stage is { To: 1 or 2, From: 1 or 2 or 3 } && stage.Moves.Any(move => move is EnsembleMove.Restart);

    private static EngineException DataWouldBeLost(EnsembleTopology topology, EnsembleStage stage) => new(
        "EnsembleDataWouldBeLost",
        EngineErrorKind.Conflict,
        topology.Name,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{topology.Name} keeps its data in its pods (emptyDir), and from {stage.From} to {stage.To} members there is a moment when no pod that has the data is left: all topics would be lost."),
        "An ensemble of three or more can be changed one member at a time. For one or two members use claims, or make a new ensemble with Remove-KafkaZookeeper and New-KafkaZookeeper.");

    /// <summary>What there is when the moves so far have been made.</summary>
    private sealed class State(EnsembleTopology topology)
    {
        private int _replicas = topology.Replicas;

        public int ListSize { get; private set; } = topology.ListSize ?? 0;

        public SortedDictionary<int, int> Lists { get; } = new(
            topology.Members.Where(member => member.Uid is not null).ToDictionary(member => member.Id, member => member.ListSize ?? 0));

        /// <summary>The lists of those who are on their own list, shortest first.</summary>
        public IReadOnlyList<int> VotersLists => [.. Lists.Where(pair => pair.Key <= pair.Value).Select(pair => pair.Value).Distinct().Order()];

        public bool HasStrays(int size) => Lists.Keys.Any(id => id > size);

        /// <summary>Whether everything is as in an ensemble of that size; the StatefulSet may be a step ahead on the way to another one.</summary>
        public bool Agrees(int size, int target) =>
            Lists.Count == size
            && Lists.All(pair => pair.Key <= size && pair.Value == size)
            && (size == target ? (_replicas, ListSize) == (size, size)
                : _replicas == size || (target > size && (_replicas, ListSize) == (size + 1, size + 1)));

        /// <summary>Whether some of the first members have another list.</summary>
        public bool HasOthers(int lastId, int listSize) => Lists.Any(pair => pair.Key <= lastId && pair.Value != listSize);

        public void Resize(List<EnsembleMove> moves, int replicas, int listSize)
        {
            if (_replicas != replicas || ListSize != listSize)
            {
                moves.Add(new EnsembleMove.Resize(replicas, listSize));
                (_replicas, ListSize) = (replicas, listSize);
            }
        }

        // A StatefulSet takes the highest away first.
        public void LeaveBeyond(List<EnsembleMove> moves, int size)
        {
            foreach (var id in Lists.Keys.Where(id => id > size).Reverse().ToList())
            {
                moves.Add(new EnsembleMove.Leave(id));
                Lists.Remove(id);
            }
        }

        // Those who are not there, and those who are there and not on their own list, which ZooKeeper refuses to start with.
        public void JoinMissing(List<EnsembleMove> moves, int size)
        {
            for (var id = 1; id <= size; id++)
            {
                if (!Lists.TryGetValue(id, out var list) || id > list)
                {
                    moves.Add(new EnsembleMove.Join(id));
                    Lists[id] = ListSize;
                }
            }
        }

        public void RestartOthers(List<EnsembleMove> moves, int lastId, int listSize)
        {
            foreach (var (id, _) in Lists.Where(pair => pair.Key <= lastId && pair.Value != listSize).ToList())
            {
                moves.Add(new EnsembleMove.Restart(id));
                Lists[id] = listSize;
            }
        }
    }
}
