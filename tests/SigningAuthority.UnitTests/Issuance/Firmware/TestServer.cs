using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.UnitTests.Issuance.Firmware;

/// <summary>A root and server certificates of it, each wrong in one way if asked, and the evidence that a phone has of them.</summary>
internal sealed class TestServer
{
    public const X509KeyUsageFlags ServerUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    public static readonly IPAddress Address = IPAddress.Parse("192.0.2.7");

    // Key generation dominates these tests: one key an issuer and one for all servers.
    private static readonly RSA ServerKey = RSA.Create(2048);

    private readonly X509Certificate2 _certificate;

    public TestServer(string subject)
    {
        var request = new CertificateRequest(subject, RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(19));
    }

    private TestServer(X509Certificate2 certificate) => _certificate = certificate;

    public byte[] Der => _certificate.RawData;

    public TestServer Intermediate()
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Intermediate", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return new TestServer(request.Create(_certificate, Now.AddMonths(-1), Now.AddYears(1), [2]).CopyWithPrivateKey(key));
    }

    public byte[] Issue(
        string subject,
        X509KeyUsageFlags? usage = ServerUsage,
        DateTimeOffset? notBefore = null,
        DateTimeOffset? notAfter = null
    ) => Sign(new CertificateRequest(subject, ServerKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), usage, notBefore, notAfter);

    public byte[] IssueForEllipticCurve(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(new CertificateRequest(subject, key, HashAlgorithmName.SHA256), ServerUsage, null, null);
    }

    public ServerEvidence Evidence(byte[] certificate, params byte[][] others) =>
        new(
            certificate,
            [.. others.Select(other => new ReadOnlyMemory<byte>(other))],
            Der,
            Fqdn.Parse("sprov.callme.com"),
            [Address],
            Address,
            Now
        );

    private byte[] Sign(CertificateRequest request, X509KeyUsageFlags? usage, DateTimeOffset? notBefore, DateTimeOffset? notAfter)
    {
        if (usage is { } flags)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        var generator = X509SignatureGenerator.CreateForRSA(_certificate.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1);
        return request
            .Create(_certificate.SubjectName, generator, notBefore ?? Now.AddMonths(-1), notAfter ?? Now.AddMonths(11), [1, 2, 3])
            .RawData;
    }
}
