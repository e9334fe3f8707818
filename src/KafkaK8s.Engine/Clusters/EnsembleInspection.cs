using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>What a member of an ensemble says of itself.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Mode"><c>leader</c>, <c>follower</c>, <c>observer</c> or <c>standalone</c>; null where it is in no quorum, or did not answer.</param>
/// <param name="Version">ZooKeeper's release, such as <c>3.4.10</c>; null where it did not say.</param>
/// <param name="Problem">Why there is no mode, in words; null where there is one.</param>
/// <param name="Zxid">The last transaction that it knows: the epoch in the upper half, a counter in the lower one; null where it did not say.</param>
public sealed record MemberMode(string Pod, string? Mode, string? Version, string? Problem, long? Zxid = null)
{
    /// <summary>Whether it said itself that it serves nobody. One that gave no answer, or another one, may serve or not.</summary>
    internal bool IsOutside => Mode is null && Problem?.Contains("not currently serving requests", StringComparison.Ordinal) == true;

    /// <summary>Whether its configuration doesn't let it say: <c>srvr is not executed because it is not in the whitelist.</c></summary>
    internal bool MayNotSay => Mode is null && Problem?.StartsWith("srvr is not executed", StringComparison.Ordinal) == true;
}

/// <summary>
/// Asks the members of an ensemble themselves, with ZooKeeper's word <c>srvr</c> through a port-forward, which needs nothing in the image.
/// A readiness probe may be content with less: <c>ruok</c> says <c>imok</c> without a quorum.
/// </summary>
/// <param name="connection">Where.</param>
public sealed partial class EnsembleInspection(KubernetesConnection connection)
{
    private const int ClientPort = 2181;
    private const int LongestAnswer = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks every member that has a pod.</summary>
    /// <param name="cluster">The ensemble's cluster, as <see cref="ClusterInspection"/> found it.</param>
    /// <param name="cancellation">Ends the questions at once.</param>
    /// <returns>One answer a member, by ordinal; a member that can't be asked is an answer with a problem.</returns>
    /// <exception cref="EngineException"><c>PermissionDenied</c> where port-forward is not allowed.</exception>
    public async Task<IReadOnlyList<MemberMode>> AskAsync(ClusterState cluster, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await Task.WhenAll((cluster.Zookeeper?.Members ?? []).Select(member => AskAsync(cluster.Identity.Namespace, member, cancellation)));
    }

    /// <summary>
    /// Asks every member, and those who seem to be behind once more: the leader goes on while the others are asked, so only who does not know in the
    /// second answer what the leader knew in the first is behind.
    /// </summary>
    /// <param name="inNamespace">The ensemble's namespace.</param>
    /// <param name="topology">The ensemble.</param>
    /// <param name="cancellation">Ends the questions at once.</param>
    /// <returns>The ensemble with the members' answers.</returns>
    /// <exception cref="EngineException"><c>PermissionDenied</c> where port-forward is not allowed.</exception>
    public async Task<EnsembleTopology> AskAsync(string inNamespace, EnsembleTopology topology, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var asked = await AskAsync(inNamespace, topology, _ => true, cancellation);
        return asked.Leaders is [var leader] && asked.Members.Any(member => EnsembleGate.IsBehind(member, leader))
            ? await AskAsync(inNamespace, asked, member => EnsembleGate.IsBehind(member, leader), cancellation)
            : asked;
    }

    /// <summary>How many followers have all that the leader has, by the leader's own count: ZooKeeper's word <c>mntr</c>, which it need not answer.</summary>
    /// <param name="inNamespace">The ensemble's namespace.</param>
    /// <param name="leader">The leader's pod.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <returns>The number, or null where the leader doesn't say.</returns>
    public async Task<int?> SyncedFollowersAsync(string inNamespace, string leader, CancellationToken cancellation)
    {
        var (answer, _) = await AskAsync(inNamespace, leader, "mntr\n", WholeSyncedLine(), cancellation);
        return answer is not null && SyncedLine().Match(answer) is { Success: true } synced
            && int.TryParse(synced.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count
                : null;
    }

    /// <summary>Reads an answer to <c>srvr</c>.</summary>
    internal static MemberMode Read(string pod, string answer)
    {
        var mode = ModeLine().Match(answer);
        var version = VersionLine().Match(answer);
        var zxid = ZxidLine().Match(answer);
        return mode.Success
            ? new MemberMode(
                pod,
                mode.Groups[1].Value,
                version.Success ? version.Groups[1].Value : null,
                null,
                long.TryParse(zxid.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var last) ? last : null)
            : new MemberMode(pod, null, null, answer.Trim() is { Length: > 0 } words ? words : "it ended the connection without an answer");
    }

    private async Task<MemberMode> AskAsync(string inNamespace, PodState member, CancellationToken cancellation) =>
        member.Address is null
            ? new MemberMode(member.Name, null, null, member.Reason ?? member.Status)
            : await ModeAsync(inNamespace, member.Name, cancellation);

    private async Task<EnsembleTopology> AskAsync(
        string inNamespace, EnsembleTopology topology, Func<EnsembleMember, bool> whom, CancellationToken cancellation) => topology with
        {
            Members = await Task.WhenAll(topology.Members.Select(async member =>
                !whom(member) ? member
                : member.IsRunning ? member with { Answer = await ModeAsync(inNamespace, member.Pod, cancellation) }
                : member with { Answer = new MemberMode(member.Pod, null, null, member.Reason) })),
        };

    private async Task<MemberMode> ModeAsync(string inNamespace, string pod, CancellationToken cancellation)
    {
        var (answer, problem) = await AskAsync(inNamespace, pod, "srvr\n", WholeState(), cancellation);
        return answer is null ? new MemberMode(pod, null, null, problem) : Read(pod, answer);
    }

    private async Task<(string? Answer, string? Problem)> AskAsync(string inNamespace, string pod, string word, Regex enough, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await using var stream = await PortForward.ConnectAsync(connection, inNamespace, pod, ClientPort, patience.Token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(word), patience.Token);
            return (await AnswerAsync(stream, enough, patience.Token), null);
        }
        catch (EngineException exception) when (exception.Kind != EngineErrorKind.PermissionDenied)
        {
            return (null, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"it did not answer within {Patience.TotalSeconds} seconds");
        }
    }

    // A member ends the connection after its answer, and a node takes a second more to tell: what is asked for is there before that.
    private static async Task<string> AnswerAsync(Stream stream, Regex enough, CancellationToken cancellation)
    {
        var answer = new byte[LongestAnswer];
        var text = "";
        for (var length = 0; length < answer.Length && !enough.IsMatch(text); text = Encoding.UTF8.GetString(answer, 0, length))
        {
            if (await stream.ReadAsync(answer.AsMemory(length), cancellation) is not (> 0 and var read))
            {
                break;
            }

            length += read;
        }

        return text;
    }

    // The version and the last change come before it.
    [GeneratedRegex(@"^(?:Mode: \w+|This ZooKeeper instance is not currently serving requests)\r?\n", RegexOptions.Multiline)]
    private static partial Regex WholeState();

    [GeneratedRegex(@"^zk_synced_followers\t[\d.]+\r?\n", RegexOptions.Multiline)]
    private static partial Regex WholeSyncedLine();

    [GeneratedRegex(@"^Mode: (\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex ModeLine();

    [GeneratedRegex(@"^Zxid: 0x([0-9a-fA-F]{1,16})\s*$", RegexOptions.Multiline)]
    private static partial Regex ZxidLine();

    [GeneratedRegex(@"^zk_synced_followers\t(\d{1,9})(?:\.0+)?\s*$", RegexOptions.Multiline)]
    private static partial Regex SyncedLine();

    [GeneratedRegex(@"^Zookeeper version: (\d+(?:\.\d+)*)", RegexOptions.Multiline)]
    private static partial Regex VersionLine();
}
