using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KafkaK8s.Sandbox.Api;

/// <summary>The sandbox's own certificate authority, made anew for each, with the server's and the administrator's certificates.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly ECDsa _clientKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sandbox-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(NotBefore, NotAfter);
        Server = MakeServer();
        Client = Sign(new CertificateRequest("O=system:masters, CN=sandbox-admin", _clientKey, HashAlgorithmName.SHA256), "1.3.6.1.5.5.7.3.2");
    }

    /// <summary>The server's certificate with its key, for 127.0.0.1 and localhost.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>The administrator's certificate.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>The authority's certificate as PEM.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>The administrator's private key as PEM.</summary>
    public string ClientKeyPem => _clientKey.ExportPkcs8PrivateKeyPem();

    // Real time, whatever the sandbox's clock says: it is the client's TLS that checks them.
    private static DateTimeOffset NotBefore => DateTimeOffset.UtcNow.AddDays(-1);

    private static DateTimeOffset NotAfter => DateTimeOffset.UtcNow.AddDays(365);

    /// <summary>Whether this authority signed a client's certificate.</summary>
    public bool Signed(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _clientKey.Dispose();
        _authority.Dispose();
    }

    private X509Certificate2 MakeServer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        request.CertificateExtensions.Add(names.Build());
        using var bare = Sign(request, "1.3.6.1.5.5.7.3.1");
        using var keyed = bare.CopyWithPrivateKey(key);

        // A round trip through PKCS#12, because TLS on Windows refuses a key that only lives in memory.
        return X509CertificateLoader.LoadPkcs12(keyed.Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2 Sign(CertificateRequest request, string usage)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return request.Create(_authority, NotBefore.AddMinutes(1), NotAfter.AddMinutes(-1), RandomNumberGenerator.GetBytes(12));
    }
}
