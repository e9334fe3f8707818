using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Who makes a request.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Groups">The user's groups; <c>system:masters</c> may do everything.</param>
internal sealed record ApiUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>Whoever brings no credentials.</summary>
    public static ApiUser Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);

    /// <summary>Who the sandbox's kubeconfig is for.</summary>
    public static ApiUser Administrator { get; } = new("sandbox-admin", ["system:masters", "system:authenticated"]);
}

/// <summary>Tells who makes a request: by bearer token or client certificate, then by whom they impersonate.</summary>
internal sealed class Authentication(string token, Certificates certificates)
{
    /// <exception cref="ApiException">401: there are credentials, and they are wrong.</exception>
    public ApiUser Authenticate(HttpContext context)
    {
        var user = FromToken(context.Request) ?? FromCertificate(context.Connection.ClientCertificate) ?? ApiUser.Anonymous;
        var impersonated = context.Request.Headers["Impersonate-User"].ToString();
        return impersonated.Length == 0 || user != ApiUser.Administrator
            ? user
            : new ApiUser(impersonated, [.. context.Request.Headers["Impersonate-Group"].OfType<string>(), "system:authenticated"]);
    }

    private ApiUser? FromToken(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var given = Encoding.UTF8.GetBytes(header[scheme.Length..].Trim());
        return CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(token))
            ? ApiUser.Administrator
            : throw new ApiException(401, "Unauthorized", "Unauthorized");
    }

    private ApiUser? FromCertificate(X509Certificate2? certificate) =>
        certificate is not null && certificates.Signed(certificate) ? ApiUser.Administrator : null;
}
