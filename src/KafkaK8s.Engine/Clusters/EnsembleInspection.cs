using System.Text;
using System.Text.RegularExpressions;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>What a member of an ensemble says of itself.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Mode"><c>leader</c>, <c>follower</c>, <c>observer</c> or <c>standalone</c>; null where it is in no quorum, or did not answer.</param>
/// <param name="Version">ZooKeeper's release, such as <c>3.4.10</c>; null where it did not say.</param>
/// <param name="Problem">Why there is no mode, in words; null where there is one.</param>
public sealed record MemberMode(string Pod, string? Mode, string? Version, string? Problem);

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

    /// <summary>Reads an answer to <c>srvr</c>.</summary>
    internal static MemberMode Read(string pod, string answer)
    {
        var mode = ModeLine().Match(answer);
        var version = VersionLine().Match(answer);
        return mode.Success
            ? new MemberMode(pod, mode.Groups[1].Value, version.Success ? version.Groups[1].Value : null, null)
            : new MemberMode(pod, null, null, answer.Trim() is { Length: > 0 } words ? words : "it ended the connection without an answer");
    }

    private async Task<MemberMode> AskAsync(string inNamespace, PodState member, CancellationToken cancellation)
    {
        if (member.Address is null)
        {
            return new MemberMode(member.Name, null, null, member.Reason ?? member.Status);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await using var stream = await PortForward.ConnectAsync(connection, inNamespace, member.Name, ClientPort, patience.Token);
            await stream.WriteAsync("srvr\n"u8.ToArray(), patience.Token);
            return Read(member.Name, await AnswerAsync(stream, patience.Token));
        }
        catch (EngineException exception) when (exception.Kind != EngineErrorKind.PermissionDenied)
        {
            return new MemberMode(member.Name, null, null, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new MemberMode(member.Name, null, null, $"it did not answer within {Patience.TotalSeconds} seconds");
        }
    }

    // A member ends the connection after its answer; however that end arrives, an answer that says the mode is whole.
    private static async Task<string> AnswerAsync(Stream stream, CancellationToken cancellation)
    {
        var answer = new byte[LongestAnswer];
        var length = 0;
        try
        {
            while (length < answer.Length && await stream.ReadAsync(answer.AsMemory(length), cancellation) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (EngineException) when (ModeLine().IsMatch(Encoding.UTF8.GetString(answer, 0, length)))
        {
        }

        return Encoding.UTF8.GetString(answer, 0, length);
    }

    [GeneratedRegex(@"^Mode: (\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex ModeLine();

    [GeneratedRegex(@"^Zookeeper version: (\d+(?:\.\d+)*)", RegexOptions.Multiline)]
    private static partial Regex VersionLine();
}
