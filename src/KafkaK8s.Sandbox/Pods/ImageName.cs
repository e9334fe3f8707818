using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>An image's name, taken apart.</summary>
/// <param name="Registry">The registry's host, docker.io when the name has none.</param>
/// <param name="Repository">The repository, library/… when the name has no folder.</param>
/// <param name="Tag">The tag, latest when the name has none; or the digest.</param>
internal sealed partial record ImageName(string Registry, string Repository, string Tag)
{
    private const string DockerHub = "docker.io";

    /// <summary>The full name, as container statuses have it.</summary>
    public string Full => Tag.StartsWith("sha256:", StringComparison.Ordinal) ? $"{Registry}/{Repository}@{Tag}" : $"{Registry}/{Repository}:{Tag}";

    /// <summary>An id for its content. The sandbox has no content, so that it is made from the name.</summary>
    public string Id => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Full)))}";

    /// <summary>What a pull from a registry that can't be reached fails with.</summary>
    public string Unreachable(string asWritten)
    {
        var host = Registry == DockerHub ? "registry-1.docker.io" : Registry;
        var reference = Registry == DockerHub ? Full : asWritten;
        return $"failed to pull and unpack image \"{reference}\": failed to resolve image: failed to do request: "
            + $"Head \"https://{host}/v2/{Repository}/manifests/{Tag}\": dial tcp: lookup {host} on 10.96.0.10:53: no such host";
    }

    /// <summary>Takes a name apart; null when it is malformed.</summary>
    public static ImageName? Parse(string name)
    {
        if (Pattern().Match(name) is not { Success: true } match)
        {
            return null;
        }

        var path = match.Groups["path"].Value;
        var first = path.Split('/')[0];
        var hasRegistry = path.Contains('/') && (first.Contains('.') || first.Contains(':') || first == "localhost");
        var registry = hasRegistry ? first : DockerHub;
        var repository = hasRegistry ? path[(first.Length + 1)..] : path.Contains('/') ? path : $"library/{path}";
        var tag = match.Groups["digest"] is { Success: true } digest ? digest.Value : match.Groups["tag"] is { Success: true } given ? given.Value : "latest";
        return new ImageName(registry, repository, tag);
    }

    [GeneratedRegex(@"^(?<path>(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
