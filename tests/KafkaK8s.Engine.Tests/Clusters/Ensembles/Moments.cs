using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>Everything that can be the case while stages are carried out: which members run, and which list each of them has.</summary>
internal static class Moments
{
    /// <summary>
    /// All moments: after each move, and, because nobody knows in which order members are restarted or fall over by themselves, with every subset
    /// of a stage's members restarted; and of each of these, with every single member away.
    /// </summary>
    public static IEnumerable<IReadOnlyDictionary<int, int>> Of(EnsembleTopology before, IReadOnlyList<EnsembleStage> stages)
    {
        var lists = before.Members.ToDictionary(member => member.Id, member => member.ListSize!.Value);
        foreach (var stage in stages)
        {
            var listSize = 0;
            var restarts = stage.Moves.OfType<EnsembleMove.Restart>().Select(move => move.Id).ToList();
            foreach (var move in stage.Moves)
            {
                switch (move)
                {
                    case EnsembleMove.Resize resize:
                        listSize = resize.ListSize;
                        break;
                    case EnsembleMove.Join join:
                        lists[join.Id] = listSize;
                        break;
                    case EnsembleMove.Restart when restarts.Count > 0:
                        foreach (var restarted in Subsets(restarts))
                        {
                            var mixed = lists.ToDictionary(pair => pair.Key, pair => restarted.Contains(pair.Key) ? listSize : pair.Value);
                            foreach (var moment in mixed.Keys.Select(away => Without(mixed, away)).Append(mixed))
                            {
                                yield return moment;
                            }
                        }

                        restarts.ForEach(id => lists[id] = listSize);
                        restarts.Clear();
                        break;
                    case EnsembleMove.Leave leave:
                        lists.Remove(leave.Id);
                        break;
                    default:
                        break;
                }

                yield return new Dictionary<int, int>(lists);
            }
        }
    }

    /// <summary>The ensemble before the first move, and after each.</summary>
    public static IEnumerable<EnsembleTopology> SetsDuring(EnsembleTopology before, IReadOnlyList<EnsembleStage> stages)
    {
        var lists = before.Members.ToDictionary(member => member.Id, member => member.ListSize!.Value);
        var (replicas, listSize) = (before.Replicas, before.ListSize!.Value);
        yield return before;
        foreach (var move in stages.SelectMany(stage => stage.Moves))
        {
            switch (move)
            {
                case EnsembleMove.Resize resize:
                    (replicas, listSize) = (resize.Replicas, resize.ListSize);
                    break;
                case EnsembleMove.Join { Id: var id }:
                    lists[id] = listSize;
                    break;
                case EnsembleMove.Restart { Id: var id }:
                    lists[id] = listSize;
                    break;
                case EnsembleMove.Leave { Id: var id }:
                    lists.Remove(id);
                    break;
                default:
                    break;
            }

            yield return Ensembles.Of(replicas, listSize, [.. lists.OrderBy(pair => pair.Key).Select(pair => pair.Value)], leader: 1);
        }
    }

    /// <summary>
    /// Pairs of majorities, by lists that somebody has, that share no member. Every member counts for every list that names it, whatever list it has
    /// itself: that is more than ZooKeeper would let vote, so what passes here is safe by a margin.
    /// </summary>
    public static IEnumerable<string> DisjointMajorities(IReadOnlyDictionary<int, int> moment)
    {
        var majorities = (
            from list in moment.Values.Distinct().Order()
            from members in Subsets([.. moment.Keys.Where(id => id <= list)])
            where members.Count > list / 2
            select (List: list, Members: members)).ToList();
        return
            from one in majorities
            from other in majorities
            where one.List <= other.List && !one.Members.Intersect(other.Members).Any()
            select $"{string.Join(',', one.Members)} of {one.List} and {string.Join(',', other.Members)} of {other.List}";
    }

    private static Dictionary<int, int> Without(Dictionary<int, int> lists, int away) =>
        lists.Where(pair => pair.Key != away).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static IEnumerable<List<int>> Subsets(List<int> ids) =>
        Enumerable.Range(0, 1 << ids.Count).Select(mask => ids.Where((_, index) => (mask & (1 << index)) != 0).ToList());
}
