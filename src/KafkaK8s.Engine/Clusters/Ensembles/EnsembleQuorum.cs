namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>ZooKeeper's arithmetic: who can elect a leader, where members may have different lists. Lists always begin with member 1.</summary>
internal static class EnsembleQuorum
{
    /// <summary>How many members of a list have to agree.</summary>
    public static int Majority(int listSize) => (listSize / 2) + 1;

    /// <summary>Whether two lists may be in use at the same time: no majority of one leaves a majority of the other.</summary>
    public static bool Overlap(int one, int other) => Majority(one) + Majority(other) > Math.Max(one, other);

    /// <summary>
    /// Whether a member can be expected to serve, as soon as everybody who runs has found each other. It takes a majority of its own list: of members
    /// that have it on theirs, or that serve already, whom it may follow uncounted. Who comes to an ensemble at work has to hear from a majority that follows the
    /// leader, itself not counted. A list of two never has that: both its members have to begin anew.
    /// </summary>
    /// <param name="member">The member.</param>
    /// <param name="all">All members.</param>
    public static bool CanServe(EnsembleMember member, IReadOnlyList<EnsembleMember> all)
    {
        if (!member.IsRunning || member.ListSize is not { } list || member.Id > list)
        {
            return false;
        }

        var partners = all.Count(other => other.IsRunning && other.Id != member.Id && other.Id <= list
            && (other.ListSize >= member.Id || !other.IsDown)
            && (list != 2 || other.ListSize == 2));
        return partners + 1 >= Majority(list);
    }

    /// <summary>Whether those who serve could go on without a member: by every list that one of them has.</summary>
    /// <param name="without">The member.</param>
    /// <param name="serving">Those who serve.</param>
    public static bool Holds(EnsembleMember without, IEnumerable<EnsembleMember> serving)
    {
        var rest = serving.Where(member => member.Id != without.Id).ToList();
        return rest.Count > 0 && rest
            .Select(member => member.ListSize)
            .Distinct()
            .All(list => list is { } size && rest.Count(member => member.Id <= size) >= Majority(size));
    }
}
