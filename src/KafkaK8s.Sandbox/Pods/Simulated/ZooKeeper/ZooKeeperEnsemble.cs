namespace KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

/// <summary>The running servers of one ensemble: who leads, and who follows.</summary>
internal sealed class ZooKeeperEnsemble
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, ZooKeeperServer> _running = [];
    private readonly HashSet<(ZooKeeperServer, ZooKeeperServer)> _connected = [];
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
                : Supports(server, _leader) ? ZooKeeperMode.Follower
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
                return _leader is null ? 0 : _running.Values.Count(server => server != _leader && Supports(server, _leader));
            }
        }
    }

    // A leader stays while a majority of its own list is with it; a new one has the most data, then the highest id.
    private void Elect()
    {
        if (_leader is null || !_running.ContainsValue(_leader) || !HasMajority(_leader))
        {
            _leader = _running.Values
                .Where(HasMajority)
                .OrderByDescending(server => server.Data.Transactions)
                .ThenByDescending(server => server.Settings.Id)
                .FirstOrDefault();
        }

        if (_leader is not null)
        {
            foreach (var follower in _running.Values.Where(server => server != _leader && Supports(server, _leader)))
            {
                follower.Follow(_leader.Data);
            }
        }
    }

    private bool HasMajority(ZooKeeperServer candidate) =>
        _running.Values.Count(server => server == candidate || Supports(server, candidate)) > candidate.Settings.Servers.Count / 2;

    private bool Supports(ZooKeeperServer server, ZooKeeperServer leader) =>
        server.Settings.Servers.ContainsKey(leader.Settings.Id)
        && leader.Settings.Servers.ContainsKey(server.Settings.Id)
        && AreConnected(server, leader);

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
