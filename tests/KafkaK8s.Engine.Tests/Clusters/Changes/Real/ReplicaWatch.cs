using System.Diagnostics;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>Looks at the leader and the in-sync replicas of every partition all the time, and keeps what it saw of the worst.</summary>
internal sealed class ReplicaWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Func<string, int> _minimumOf;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _below = [];
    private readonly Dictionary<string, long> _offline = [];
    private Task _looking = Task.CompletedTask;
    private Worst _worst = new();

    private ReplicaWatch(Func<string, int> minimumOf) => _minimumOf = minimumOf;

    /// <summary>What was worst since the last time that this was asked.</summary>
    public sealed record Worst
    {
        public int Looks { get; init; }

        public TimeSpan LongestGap { get; init; }

        public TimeSpan LongestBelowMinimum { get; init; }

        public string? BelowMinimum { get; init; }

        public TimeSpan LongestOffline { get; init; }

        public string? Offline { get; init; }
    }

    /// <summary>Begins to look.</summary>
    /// <param name="address">The address of a member of the ensemble.</param>
    /// <param name="minimumOf">How many replicas of a topic must be in sync.</param>
    /// <param name="cancellation">Ends the opening.</param>
    public static async Task<ReplicaWatch> StartAsync(string address, Func<string, int> minimumOf, CancellationToken cancellation)
    {
        var watch = new ReplicaWatch(minimumOf);
        var zookeeper = await ZookeeperReading.OpenAsync(address, 2181, cancellation);
        watch._looking = Task.Run(() => watch.LookAsync(zookeeper), CancellationToken.None);
        return watch;
    }

    /// <summary>The worst so far, with what is going on still; and begins to count anew.</summary>
    public Worst Take()
    {
        lock (_gate)
        {
            Close(_below.Keys, _below, stillGoesOn: true, isOffline: false);
            Close(_offline.Keys, _offline, stillGoesOn: true, isOffline: true);
            return (_worst, _worst = new Worst()).Item1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _looking;
        _ending.Dispose();
    }

    private async Task LookAsync(ZookeeperReading zookeeper)
    {
        using (zookeeper)
        {
            var last = Stopwatch.GetTimestamp();
            while (!_ending.IsCancellationRequested)
            {
                try
                {
                    var partitions = await ReadAsync(zookeeper, _ending.Token);
                    lock (_gate)
                    {
                        var gap = Stopwatch.GetElapsedTime(last);
                        _worst = _worst with { Looks = _worst.Looks + 1, LongestGap = gap > _worst.LongestGap ? gap : _worst.LongestGap };
                        last = Stopwatch.GetTimestamp();
                        Follow(partitions.Where(partition => partition.InSync < _minimumOf(partition.Topic)).Select(partition => partition.Name), _below, isOffline: false);
                        Follow(partitions.Where(partition => partition.Leader < 0).Select(partition => partition.Name), _offline, isOffline: true);
                    }

                    await Task.Delay(Pause, _ending.Token);
                }
                catch (OperationCanceledException)
                {
                }
            }
        }
    }

    private static async Task<List<(string Topic, string Name, int Leader, int InSync)>> ReadAsync(ZookeeperReading zookeeper, CancellationToken cancellation)
    {
        var found = new List<(string, string, int, int)>();
        foreach (var topic in await zookeeper.ChildrenAsync("/brokers/topics", cancellation))
        {
            foreach (var partition in await zookeeper.ChildrenAsync($"/brokers/topics/{topic}/partitions", cancellation))
            {
                if (await zookeeper.GetAsync($"/brokers/topics/{topic}/partitions/{partition}/state", cancellation) is { Length: > 0 } text)
                {
                    var state = JsonNode.Parse(text)!;
                    found.Add((topic, $"{topic}-{partition}", (int)state["leader"]!, state["isr"]!.AsArray().Count));
                }
            }
        }

        return found;
    }

    private void Follow(IEnumerable<string> now, Dictionary<string, long> since, bool isOffline)
    {
        var names = now.ToHashSet();
        Close(since.Keys.Except(names), since, stillGoesOn: false, isOffline);
        foreach (var name in names)
        {
            since.TryAdd(name, Stopwatch.GetTimestamp());
        }
    }

    private void Close(IEnumerable<string> names, Dictionary<string, long> since, bool stillGoesOn, bool isOffline)
    {
        foreach (var name in names.ToList())
        {
            var lasted = Stopwatch.GetElapsedTime(since[name]);
            if (isOffline && lasted > _worst.LongestOffline)
            {
                _worst = _worst with { LongestOffline = lasted, Offline = name };
            }
            else if (!isOffline && lasted > _worst.LongestBelowMinimum)
            {
                _worst = _worst with { LongestBelowMinimum = lasted, BelowMinimum = name };
            }

            if (!stillGoesOn)
            {
                since.Remove(name);
            }
        }
    }
}
