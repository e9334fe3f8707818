namespace KafkaK8s.Sandbox.Pods;

/// <summary>The cluster's names as one pod resolves them: its own is in its hosts file, whether the cluster's DNS has it yet or not.</summary>
/// <param name="cluster">The cluster's DNS.</param>
/// <param name="own">The pod's own names.</param>
/// <param name="address">The pod's address.</param>
internal sealed class PodNames(IClusterNames cluster, IReadOnlyList<string> own, string address) : IClusterNames
{
    /// <inheritdoc />
    public event Action? Changed
    {
        add => cluster.Changed += value;
        remove => cluster.Changed -= value;
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Resolve(string name, string fromNamespace) =>
        own.Contains(name.TrimEnd('.')) ? [address] : cluster.Resolve(name, fromNamespace);

    /// <inheritdoc />
    public IReadOnlyDictionary<string, IReadOnlyList<string>> All(string fromNamespace)
    {
        var all = cluster.All(fromNamespace).ToDictionary();
        foreach (var name in own)
        {
            all[name] = [address];
        }

        return all;
    }
}
