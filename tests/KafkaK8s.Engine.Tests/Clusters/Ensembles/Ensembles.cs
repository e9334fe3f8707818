using System.Globalization;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>Ensembles as they might be found.</summary>
internal static class Ensembles
{
    /// <summary>One in which everything agrees; the last member leads.</summary>
    public static EnsembleTopology Sound(int size) => Of(size, size, [.. Enumerable.Repeat(size, size)], size);

    /// <summary>One whose pods have these lists, 0 where there is no pod.</summary>
    public static EnsembleTopology Of(int replicas, int listSize, IReadOnlyList<int> lists, int? leader) =>
        new("z", replicas, listSize, "ZOO_SERVERS", IsEphemeral: false, [.. lists.Select((list, index) => Member(index + 1, list, leader))]);

    public static EnsembleMember Member(int id, int list, int? leader)
    {
        var pod = string.Create(CultureInfo.InvariantCulture, $"z-{id - 1}");
        if (list == 0)
        {
            return new EnsembleMember(pod, id, null, null, null, HasRun: false, IsRunning: false, IsReady: false, "not created yet", null);
        }

        // Who is not on its own list does not start.
        var mode = leader is null || id > list ? null : id == leader ? "leader" : "follower";
        return new EnsembleMember(pod, id, $"uid-{id}", "1", list, HasRun: true, IsRunning: true, IsReady: mode is not null, null, new MemberMode(pod, mode, "3.8.4", mode is null ? "it serves nobody" : null));
    }
}
