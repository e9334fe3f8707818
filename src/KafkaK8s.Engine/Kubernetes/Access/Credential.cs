using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>What a request shows to say who it is from.</summary>
/// <param name="Authorization">The Authorization header, or null.</param>
/// <param name="ClientCertificate">The certificate shown in the TLS handshake, its intermediates after it; empty for none.</param>
internal sealed record Credential(AuthenticationHeaderValue? Authorization, X509Certificate2Collection ClientCertificate)
{
    /// <summary>A bearer token.</summary>
    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);
}

/// <summary>Where credentials come from. One instance serves all connections of a process that use the same kubeconfig user.</summary>
internal interface ICredentialSource
{
    /// <summary>What it is, for errors: <c>the token of user "x"</c>, <c>exec plugin "aws" of user "x"</c>.</summary>
    string Description { get; }

    /// <summary>Gets the credential, from memory where it still holds.</summary>
    /// <exception cref="EngineException">It can't be had; the message has the plugin's own words.</exception>
    ValueTask<Credential> GetAsync(CancellationToken cancellation);

    /// <summary>Hears that the server refused a credential. True when a new one is worth a second attempt.</summary>
    bool Refused(Credential credential);
}

/// <summary>A credential that stays what it is: a token, a password, a client certificate, or nothing.</summary>
internal sealed class FixedCredential(Credential credential, string description) : ICredentialSource
{
    public string Description { get; } = description;

    public ValueTask<Credential> GetAsync(CancellationToken cancellation) => ValueTask.FromResult(credential);

    public bool Refused(Credential credential) => false;
}

/// <summary>A token in a file that something else renews, such as a pod's service account token.</summary>
internal sealed class TokenFileCredential(string file, X509Certificate2Collection clientCertificate, string user) : ICredentialSource
{
    public string Description { get; } = $"the token in {file} of user \"{user}\"";

    public async ValueTask<Credential> GetAsync(CancellationToken cancellation)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(file, cancellation)).Trim();
            return new Credential(Credential.Bearer(token), clientCertificate);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new EngineException(
                "KubeConfigFileMissing",
                EngineErrorKind.Authentication,
                file,
                $"{Description} can't be read: {(exception is FormatException ? "it is not a token" : exception.Message)}",
                inner: exception is FormatException ? null : exception);
        }
    }

    public bool Refused(Credential credential) => false;
}
