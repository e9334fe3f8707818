using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace KafkaK8s.Sandbox.Api;

/// <summary>
/// The cluster's state: every object, its resource version, and the history that watches are fed from. Whatever goes in is
/// defaulted and validated as the API server does it, whoever writes. What comes out is the reader's own copy.
/// </summary>
internal sealed class ObjectStore(SandboxClock clock)
{
    private const int HistoryLength = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceKind, SortedDictionary<(string Namespace, string Name), JsonObject>> _objects =
        ResourceKind.All.ToDictionary(kind => kind, _ => new SortedDictionary<(string, string), JsonObject>(KeyOrder.Instance));

    private readonly Queue<StoreEvent> _history = new();
    private readonly List<Channel<StoreEvent>> _watchers = [];

    // A cluster has lived before anyone looks at it: what came before this is compacted.
    private long _version = 1000;
    private long _compacted = 1000;

    /// <summary>The version of the last change.</summary>
    public long Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    /// <summary>The version before which the history is forgotten.</summary>
    public long CompactedVersion
    {
        get
        {
            lock (_gate)
            {
                return _compacted;
            }
        }
    }

    /// <summary>The time that objects are stamped with.</summary>
    public SandboxClock Clock { get; } = clock;

    /// <summary>The certificate of the cluster's authority, which every namespace gets.</summary>
    public string AuthorityPem { get; set; } = "";

    /// <summary>The object, or null when there is none.</summary>
    public JsonObject? Get(ResourceKind kind, string? ns, string name)
    {
        lock (_gate)
        {
            return Find(kind, ns, name)?.Copy();
        }
    }

    /// <summary>The objects of a namespace, or of all when it is null, ordered by namespace and name.</summary>
    public IReadOnlyList<JsonObject> List(ResourceKind kind, string? ns = null) => Snapshot(kind, ns).Items;

    /// <summary>The objects of a namespace, or of all when it is null, and the version of the store at that moment.</summary>
    public (IReadOnlyList<JsonObject> Items, long Version) Snapshot(ResourceKind kind, string? ns = null)
    {
        lock (_gate)
        {
            var items = _objects[kind].Where(entry => ns is null || entry.Key.Namespace == ns).Select(entry => entry.Value.Copy());
            return ([.. items], _version);
        }
    }

    /// <summary>Creates an object and returns it as it was stored.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="item">The object; it is copied.</param>
    /// <param name="writer">Who creates it; null for the cluster's controllers.</param>
    /// <param name="dryRun">Whether to go through everything but storing it.</param>
    /// <exception cref="ApiException">It is refused: exists, invalid, no such namespace, over quota.</exception>
    public JsonObject Create(ResourceKind kind, JsonObject item, Writer? writer = null, bool dryRun = false)
    {
        lock (_gate)
        {
            var created = item.Copy();
            var metadata = created.Child("metadata");
            if (string.IsNullOrEmpty(created.Name()) && metadata.TextAt("generateName") is { Length: > 0 } prefix)
            {
                metadata["name"] = prefix + RandomSuffix.Next();
            }

            created = Admission.BeforeCreate(this, kind, created, writer);
            if (Find(kind, created.Namespace(), created.Name()) is not null)
            {
                throw ApiException.AlreadyExists(kind, created.Name());
            }

            return dryRun ? created : Put(kind, created, null).Copy();
        }
    }

    /// <summary>
    /// Reads an object, changes it and writes it back, with no other change in between. Nothing happens when nothing changed.
    /// </summary>
    /// <returns>The object as it is now; null when there is none.</returns>
    /// <exception cref="ApiException">The change is refused as invalid.</exception>
    public JsonObject? Change(ResourceKind kind, string? ns, string name, Action<JsonObject> change, Writer? writer = null)
    {
        lock (_gate)
        {
            if (Find(kind, ns, name) is null)
            {
                return null;
            }

            return Replace(
                kind,
                ns,
                name,
                current =>
                {
                    change(current);
                    return current;
                },
                writer);
        }
    }

    /// <summary>Replaces an object by what a function makes of its current state.</summary>
    /// <exception cref="ApiException">There is no such object, or the change is refused.</exception>
    public JsonObject Replace(
        ResourceKind kind, string? ns, string name, Func<JsonObject, JsonObject> make, Writer? writer = null, bool dryRun = false)
    {
        lock (_gate)
        {
            var current = Find(kind, ns, name) ?? throw ApiException.NotFound(kind, name);
            var next = Admission.BeforeChange(this, kind, current, make(current.Copy()), writer);
            if (JsonNode.DeepEquals(current, next))
            {
                return next.Copy();
            }

            if (dryRun)
            {
                return next;
            }

            var stored = Put(kind, next, current);
            if (IsReadyToGo(kind, stored))
            {
                Remove(kind, stored);
            }

            return stored.Copy();
        }
    }

    /// <summary>
    /// Deletes an object: at once, or, when it has finalizers or is a pod that runs, by marking it for whoever finishes it.
    /// </summary>
    /// <returns>The object as it now is, or last was; null when there was none.</returns>
    /// <exception cref="ApiException">A precondition doesn't hold.</exception>
    public JsonObject? Delete(ResourceKind kind, string? ns, string name, Deletion? deletion = null, bool dryRun = false)
    {
        lock (_gate)
        {
            if (Find(kind, ns, name) is not { } current)
            {
                return null;
            }

            deletion ??= new Deletion();
            Deletions.CheckPreconditions(kind, current, deletion);
            var marked = Deletions.Mark(kind, current, deletion, Clock.GetUtcNow());
            if (dryRun)
            {
                return marked;
            }

            if (IsReadyToGo(kind, marked))
            {
                // What goes at once was never marked, but for a pod, which says with how much grace it went. The last word about one
                // that was already going is that its time is up.
                var isEnding = kind == ResourceKind.Pods && current.TextAt("metadata", "deletionTimestamp") is not null;
                return Remove(kind, isEnding ? Put(kind, marked, current) : kind == ResourceKind.Pods ? marked : current).Copy();
            }

            return (JsonNode.DeepEquals(current, marked) ? current : Put(kind, marked, current)).Copy();
        }
    }

    /// <summary>Every change of a kind after a version, in order, until cancelled.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="fromVersion">The version that the reader has seen: that of a list.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ApiException">410: the version is too old, or the watch was expired.</exception>
    public async IAsyncEnumerable<StoreEvent> WatchAsync(
        ResourceKind kind, string? ns, long fromVersion, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateUnbounded<StoreEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_gate)
        {
            if (fromVersion < _compacted)
            {
                throw ApiException.Expired(fromVersion, _compacted);
            }

            foreach (var past in _history.Where(past => past.Version > fromVersion))
            {
                channel.Writer.TryWrite(past);
            }

            _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellation))
            {
                if (change.Kind == kind && (ns is null || change.Object.Namespace() == ns))
                {
                    yield return change with { Object = change.Object.Copy(), Previous = change.Previous?.Copy() };
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>Forgets the history: watches that run end with 410, and older versions can't be watched from any more.</summary>
    public void ExpireHistory()
    {
        lock (_gate)
        {
            _history.Clear();
            _version++;
            _compacted = _version;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryComplete(ApiException.Expired(_version - 1, _version));
            }
        }
    }

    private static bool IsReadyToGo(ResourceKind kind, JsonObject item) =>
        item.TextAt("metadata", "deletionTimestamp") is not null
        && item.At("metadata", "finalizers") is not JsonArray { Count: > 0 }
        && (kind != ResourceKind.Namespaces || item.At("spec", "finalizers") is not JsonArray { Count: > 0 })
        && (kind != ResourceKind.Pods || item.NumberAt("metadata", "deletionGracePeriodSeconds") is 0);

    private JsonObject? Find(ResourceKind kind, string? ns, string name) => _objects[kind].GetValueOrDefault((ns ?? "", name));

    private JsonObject Put(ResourceKind kind, JsonObject next, JsonObject? previous)
    {
        _version++;
        next.Child("metadata")["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture);
        _objects[kind][(next.Namespace(), next.Name())] = next;
        Tell(new StoreEvent(previous is null ? StoreEventType.Added : StoreEventType.Modified, kind, next, previous, _version));
        return next;
    }

    private JsonObject Remove(ResourceKind kind, JsonObject item)
    {
        _version++;
        var last = item.Copy();
        last.Child("metadata")["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture);
        _objects[kind].Remove((item.Namespace(), item.Name()));
        Tell(new StoreEvent(StoreEventType.Deleted, kind, last, item, _version));
        return last;
    }

    private void Tell(StoreEvent change)
    {
        _history.Enqueue(change);
        while (_history.Count > HistoryLength)
        {
            _compacted = _history.Dequeue().Version;
        }

        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryWrite(change);
        }
    }

    private sealed class KeyOrder : IComparer<(string Namespace, string Name)>
    {
        public static readonly KeyOrder Instance = new();

        public int Compare((string Namespace, string Name) x, (string Namespace, string Name) y)
        {
            var byNamespace = string.CompareOrdinal(x.Namespace, y.Namespace);
            return byNamespace != 0 ? byNamespace : string.CompareOrdinal(x.Name, y.Name);
        }
    }
}
