using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>CSRs made without a program, where their number or their oddity asks for it.</summary>
internal static class InMemoryRequest
{
    /// <summary>DER.</summary>
    public static byte[] Make(string commonName, RSA key, params X509Extension[] extensions)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        return request.CreateSigningRequest();
    }

    public static string ToPem(byte[] der) => PemEncoding.WriteString("CERTIFICATE REQUEST", der) + "\n";
}
