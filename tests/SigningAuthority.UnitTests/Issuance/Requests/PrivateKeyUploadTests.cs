using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

/// <summary>A private key sent by mistake is named for what it is, and nothing of it comes back.</summary>
public sealed class PrivateKeyUploadTests
{
    private const string Password = "correct horse battery staple";
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2);

    private static readonly Dictionary<string, byte[]> Keys = new()
    {
        ["PRIVATE KEY"] = TestKeys.Provider.ExportPkcs8PrivateKey(),
        ["ENCRYPTED PRIVATE KEY"] = TestKeys.Provider.ExportEncryptedPkcs8PrivateKey(Password, Encryption),
        ["RSA PRIVATE KEY"] = TestKeys.Provider.ExportRSAPrivateKey(),
        ["EC PRIVATE KEY"] = TestKeys.Curve.ExportECPrivateKey(),
        ["PKCS12"] = Pkcs12(),
    };

    public static TheoryData<string> Kinds => [.. Keys.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void In_DER_it_is_named_and_not_quoted(string kind) => AssertNamed(kind, kind, Keys[kind]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Under_the_label_of_a_request_it_is_named_and_not_quoted(string kind) =>
        AssertNamed(kind, kind, Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE REQUEST", Keys[kind])));

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("ENCRYPTED PRIVATE KEY")]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    [InlineData("DSA PRIVATE KEY", "RSA PRIVATE KEY")]
    [InlineData("OPENSSH PRIVATE KEY", "RSA PRIVATE KEY")]
    public void In_PEM_it_is_named_and_not_quoted(string label, string? key = null)
    {
        var pem = PemEncoding.WriteString(label, Keys[key ?? label]);
        AssertNamed(label, key ?? label, Encoding.ASCII.GetBytes(pem));
        AssertNamed(label, key ?? label, Encoding.ASCII.GetBytes("0: my key\r\n" + pem + "\n"));
        AssertNamed(label, key ?? label, Encoding.ASCII.GetBytes(pem[..(pem.Length / 2)]));
    }

    [Fact]
    public void The_old_encrypted_form_is_named_and_not_quoted()
    {
        var pem = PemEncoding
            .WriteString("RSA PRIVATE KEY", Keys["RSA PRIVATE KEY"])
            .Replace("KEY-----\nMII", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nMII");
        AssertNamed("RSA PRIVATE KEY", "RSA PRIVATE KEY", Encoding.ASCII.GetBytes(pem));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Beside_a_request_it_is_named_and_the_request_not_taken(bool keyFirst)
    {
        var request = new RequestBuilder().ToPem();
        var key = TestKeys.Provider.ExportPkcs8PrivateKeyPem();
        AssertNamed("PRIVATE KEY", "PRIVATE KEY", Encoding.ASCII.GetBytes(keyFirst ? key + "\n" + request : request + "\n" + key));
    }

    private static void AssertNamed(string name, string key, byte[] body)
    {
        var outcome = ReadCertificationRequest.Read(body);
        Assert.Null(outcome.Request);
        var violation = Assert.Single(outcome.Violations);
        Assert.Equal("csr-private-key", violation.Code);
        Assert.Equal(name, violation.Actual);

        var said = violation.ToString();
        var base64 = Convert.ToBase64String(Keys[key]);
        var hex = Convert.ToHexString(Keys[key]);
        for (var i = 0; i + 16 <= base64.Length; i += 16)
            Assert.DoesNotContain(base64.Substring(i, 16), said);
        for (var i = 0; i + 16 <= hex.Length; i += 16)
            Assert.DoesNotContain(hex.Substring(i, 16), said, StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Pkcs12()
    {
        var made = new CertificateRequest("CN=sprov.callme.com", TestKeys.Provider, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = made.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return certificate.Export(X509ContentType.Pkcs12, Password);
    }
}
