using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Certificates as kubeconfigs hold them: PEM text.</summary>
internal static class Certificates
{
    /// <summary>Reads all certificates of a PEM text.</summary>
    public static X509Certificate2Collection FromPem(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no certificate in PEM form");
    }

    /// <summary>Reads a certificate with its intermediates, and gives the first one its private key.</summary>
    public static X509Certificate2Collection WithKey(string certificatePem, string keyPem)
    {
        var certificates = FromPem(certificatePem);
        using var ephemeral = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        certificates[0].Dispose();
        certificates[0] = Persistable(ephemeral);
        return certificates;
    }

    /// <summary>Windows' TLS does not take a key that lives in memory only; going through PKCS #12 gives it one that it takes.</summary>
    private static X509Certificate2 Persistable(X509Certificate2 certificate) => new(certificate.Export(X509ContentType.Pkcs12));
}
