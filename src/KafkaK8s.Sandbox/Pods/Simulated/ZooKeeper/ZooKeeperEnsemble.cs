namespace KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

/// <summary>The running servers of one ensemble: who leads, and who follows.</summary>
internal sealed class ZooKeeperEnsemble
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, ZooKeeperServer> _running = [];
    private readonly HashSet<(ZooKeeperServer, ZooKeeperServer)> _connected = [];
    private readonly HashSet<ZooKeeperServer> _followers = [];
    private ZooKeeperServer? _leader;

    /// <summary>A server starts. False when another running one has its id.</summary>
    public bool Join(ZooKeeperServer server)
    {
        lock (_gate)
        {
            return _running.TryAdd(server.Settings.Id, server);
        }
    }

    /// <summary>A server stopped.</summary>
    public void Leave(ZooKeeperServer server)
    {
        lock (_gate)
        {
            if (_running.GetValueOrDefault(server.Settings.Id) == server)
            {
                _running.Remove(server.Settings.Id);
                _connected.RemoveWhere(pair => pair.Item1 == server || pair.Item2 == server);
                Elect();
            }
        }
    }

    /// <summary>What a server is now.</summary>
    public ZooKeeperMode ModeOf(ZooKeeperServer server)
    {
        lock (_gate)
        {
            Elect();
            return _leader is null || _running.GetValueOrDefault(server.Settings.Id) != server ? ZooKeeperMode.Looking
                : _leader == server ? ZooKeeperMode.Leader
                : _followers.Contains(server) ? ZooKeeperMode.Follower
                : ZooKeeperMode.Looking;
        }
    }

    /// <summary>How many followers the leader has.</summary>
    public int Followers
    {
        get
        {
            lock (_gate)
            {
                Elect();
                return _followers.Count;
            }
        }
    }

    // A leader stays while a majority of its own list follows it; a new one has the most data, then the highest id.
    private void Elect()
    {
        _followers.RemoveWhere(follower => _leader is null || !_running.ContainsValue(follower) || !Lists(follower, _leader) || !AreConnected(follower, _leader));
        if (_leader is null || !_running.ContainsValue(_leader) || !IsMajorityOf(_leader, _followers))
        {
            _followers.Clear();
            _leader = _running.Values
                .Where(candidate => IsMajorityOf(candidate, VotersFor(candidate)))
                .OrderByDescending(server => server.Data.Transactions)
                .ThenByDescending(server => server.Settings.Id)
                .FirstOrDefault();
            if (_leader is null)
            {
                return;
            }

            _followers.UnionWith(VotersFor(_leader));
        }

        while (_running.Values.FirstOrDefault(server => server != _leader && !_followers.Contains(server) && MayJoin(server, _leader)) is { } late)
        {
            _followers.Add(late);
        }

        foreach (var follower in _followers)
        {
            follower.Follow(_leader.Data);
        }
    }

    // Each looks at its own list: whoever sees no majority of it behind the candidate goes on looking.
    private HashSet<ZooKeeperServer> VotersFor(ZooKeeperServer candidate)
    {
        var voters = _running.Values
            .Where(server => server != candidate && Lists(server, candidate) && Lists(candidate, server) && AreConnected(server, candidate))
            .ToHashSet();
        while (voters.RemoveWhere(voter => !IsMajorityOf(voter, [.. voters.Where(other => other != voter), candidate])) > 0)
        {
        }

        return voters;
    }

    // Who comes late has to hear from a majority of its own list that follows the leader, itself not counted. The leader takes whoever comes, on its list or not.
    private bool MayJoin(ZooKeeperServer server, ZooKeeperServer leader) =>
        Lists(server, leader)
        && AreConnected(server, leader)
        && _followers.Append(leader).Count(other => Lists(server, other)) > server.Settings.Servers.Count / 2;

    // Those who are not on the list don't count.
    private static bool IsMajorityOf(ZooKeeperServer server, IEnumerable<ZooKeeperServer> others) =>
        1 + others.Count(other => Lists(server, other)) > server.Settings.Servers.Count / 2;

    private static bool Lists(ZooKeeperServer server, ZooKeeperServer other) => server.Settings.Servers.ContainsKey(other.Settings.Id);

    // Once open, a connection outlives the name that it was opened by.
    private bool AreConnected(ZooKeeperServer one, ZooKeeperServer other)
    {
        if (_connected.Contains((one, other)))
        {
            return true;
        }

        if (!one.Reaches(other) && !other.Reaches(one))
        {
            return false;
        }

        _connected.Add((one, other));
        _connected.Add((other, one));
        return true;
    }
}

/// <summary>What a server of an ensemble is doing.</summary>
internal enum ZooKeeperMode
{
    /// <summary>It looks for a leader and serves nobody.</summary>
    Looking,

    /// <summary>It follows.</summary>
    Follower,

    /// <summary>It leads.</summary>
    Leader,

    /// <summary>It is alone by its configuration.</summary>
    Standalone,
}
