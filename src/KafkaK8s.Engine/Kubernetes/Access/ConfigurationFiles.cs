using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>What a kubeconfig embeds or names a file for, read and understood.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Reads embedded bytes, or the file that is named.</summary>
    /// <exception cref="EngineException"><c>KubeConfigFileMissing</c>: the file can't be read.</exception>
    public static byte[] Read(KubeConfigContent content, string source)
    {
        try
        {
            return content.Data ?? File.ReadAllBytes(content.File!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(
                "KubeConfigFileMissing",
                EngineErrorKind.InvalidData,
                content.File,
                $"The kubeconfig {source} names the file {content.File} as {content.Key}, which can't be read: {exception.Message}",
                "Restore the file, or have the kubeconfig written anew by the tool that made it.",
                exception);
        }
    }

    /// <summary>The cluster's certificate authorities, or null to use the system's.</summary>
    public static X509Certificate2Collection? Authorities(KubeCluster cluster) => cluster.CertificateAuthority is { } content
        ? Parse(content, cluster.Source, pem => Certificates.FromPem(pem))
        : null;

    /// <summary>The user's client certificate with its key; empty for none.</summary>
    public static X509Certificate2Collection ClientCertificate(KubeUser? user) => user switch
    {
        { ClientCertificate: { } certificate, ClientKey: { } key } =>
            Parse(certificate, user.Source, pem => Certificates.WithKey(pem, Encoding.UTF8.GetString(Read(key, user.Source)))),
        { ClientCertificate: not null } or { ClientKey: not null } => throw new EngineException(
            "KubeConfigMalformed",
            EngineErrorKind.InvalidData,
            user.Name,
            $"User \"{user.Name}\" in {user.Source} has only one of client-certificate and client-key.",
            "Have the kubeconfig written anew by the tool that made it."),
        _ => [],
    };

    private static X509Certificate2Collection Parse(KubeConfigContent content, string source, Func<string, X509Certificate2Collection> parse)
    {
        try
        {
            return parse(Encoding.UTF8.GetString(Read(content, source)));
        }
        catch (CryptographicException exception)
        {
            throw new EngineException(
                "KubeConfigMalformed",
                EngineErrorKind.InvalidData,
                content.File ?? source,
                $"The {content.Key} of {source} can't be used: {exception.Message}",
                "Have the kubeconfig written anew by the tool that made it.",
                exception);
        }
    }
}
