using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

/// <summary>Files of other kinds in the place of a request, a whole request inside of them or not.</summary>
public sealed class OtherFileTests
{
    private static readonly string Pem = new RequestBuilder().ToPem();
    private static readonly byte[] Der = new RequestBuilder().ToDer();

    private static readonly Dictionary<string, (string Code, Func<byte[]> Make)> Files = new()
    {
        ["a zip with the request in it"] = ("csr-not-pem-or-der", () => Zip(CompressionLevel.Optimal)),
        // The request's very lines are in it; they begin in the middle of one.
        ["a zip that does not compress"] = ("csr-truncated", () => Zip(CompressionLevel.NoCompression)),
        ["gzip"] = ("csr-not-pem-or-der", Gzip),
        ["XML"] = ("csr-not-pem-or-der", () => Ascii($"<?xml version=\"1.0\"?><csr>{Convert.ToBase64String(Der)}</csr>")),
        ["HTML"] = ("csr-not-pem-or-der", () => Ascii("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>")),
        ["PKCS#12"] = ("csr-private-key", Pkcs12),
        ["a certificate"] = ("csr-wrong-pem-label", () => Ascii(Certificate().ExportCertificatePem())),
        ["a certificate in DER"] = ("csr-malformed", () => Certificate().RawData),
        ["a CRL"] = ("csr-wrong-pem-label", () => Ascii(PemEncoding.WriteString("X509 CRL", Crl()))),
        ["a CRL in DER"] = ("csr-malformed", Crl),
        ["a CRL that says it is a request"] = ("csr-malformed", () => Ascii(PemEncoding.WriteString("CERTIFICATE REQUEST", Crl()))),
        ["PKCS#7"] = ("csr-wrong-pem-label", () => Ascii(PemEncoding.WriteString("PKCS7", Der))),
        ["a public key"] = ("csr-wrong-pem-label", () => Ascii(TestKeys.Provider.ExportSubjectPublicKeyInfoPem())),
        ["a key of OpenSSH"] = ("csr-not-pem-or-der", () => Ascii("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ provider@host")),
        ["Java's key store"] = ("csr-not-pem-or-der", () => [0xFE, 0xED, 0xFE, 0xED, 0x00, 0x00, 0x00, 0x02]),
        ["the request as UTF-16"] = ("csr-not-pem-or-der", () => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Pem)]),
        ["base64 without its lines"] = ("csr-not-pem-or-der", () => Ascii(Convert.ToBase64String(Der))),
    };

    public static TheoryData<string> Kinds => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Another_file_is_named_for_what_it_is(string kind)
    {
        var (code, make) = Files[kind];
        var violation = Assert.Single(ReadCertificationRequest.Read(make()).Violations);
        Assert.Equal(code, violation.Code);
        Assert.StartsWith("openssl req ", violation.Fix);
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Zip(CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("provserver.csr", level).Open();
            entry.Write(Ascii(Pem));
        }

        return bytes.ToArray();
    }

    private static byte[] Gzip()
    {
        using var bytes = new MemoryStream();
        using (var stream = new GZipStream(bytes, CompressionLevel.Optimal))
            stream.Write(Ascii(Pem));
        return bytes.ToArray();
    }

    private static byte[] Pkcs12()
    {
        using var certificate = Certificate();
        return certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, "word");
    }

    private static byte[] Crl() =>
        new CertificateRevocationListBuilder().Build(
            new X500DistinguishedName("CN=Somebody"),
            X509SignatureGenerator.CreateForRSA(TestKeys.Provider, RSASignaturePadding.Pkcs1),
            1,
            DateTimeOffset.UtcNow.AddDays(1),
            HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(new byte[20])
        );

    private static X509Certificate2 Certificate() =>
        new CertificateRequest(
            "CN=sprov.callme.com",
            TestKeys.Provider,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
}
