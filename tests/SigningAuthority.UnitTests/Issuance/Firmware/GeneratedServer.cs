using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.UnitTests.Issuance.Certificates;

namespace SigningAuthority.UnitTests.Issuance.Firmware;

/// <summary>A server's certificate of any making: mostly right, each part wrong now and then.</summary>
internal sealed record GeneratedServer(string Words, byte[] Der)
{
    private static readonly ConcurrentDictionary<string, TestRoot> Roots = new();
    private static readonly TestRoot Stranger = new(new X500DistinguishedName("CN=Stranger"));

    /// <summary>The root that signs most of them.</summary>
    public static TestRoot Root { get; } = new(new X500DistinguishedName("CN=Generation CA, O=Test"));

    /// <summary>A root with the name of a configured one.</summary>
    public static TestRoot RootOf(AuthorityDefinition authority) =>
        Roots.GetOrAdd(authority.Id, _ => new TestRoot(new X500DistinguishedName(authority.SubjectName.Der.Span)));

    public static Gen<GeneratedServer> Any =>
        from key in Mostly(TestKeys.Provider, TestKeys.Rsa1024, TestKeys.Rsa3072, (AsymmetricAlgorithm)TestKeys.Curve)
        from hash in Mostly(HashAlgorithmName.SHA256, HashAlgorithmName.SHA1, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512)
        from subject in Mostly(
            "CN=sprov.callme.com",
            "CN=sprov.callme.com/mailto:admin@callme.com",
            "CN=*.callme.com",
            "CN=localhost",
            "CN=192.0.2.7",
            "O=sprov.callme.com",
            "CN=sprov.callme.com, CN=pv.telco.net",
            "CN=" + new string('a', 60) + ".net"
        )
        from names in Mostly<string?>("sprov.callme.com", null, null, "SPROV.callme.com", "pv.telco.net")
        from usage in Mostly<X509KeyUsageFlags?>(TestServer.ServerUsage, null, X509KeyUsageFlags.DigitalSignature)
        from purpose in Mostly<string?>(ObjectIdentifiers.ServerAuth, null, ObjectIdentifiers.ClientAuth)
        from days in Mostly((-30, 335), (-30, 3000), (-400, -1), (1, 90), (-10, 80))
        from root in Mostly(Root, Stranger)
        select Make(key, hash, subject, names, usage, purpose, days, root);

    private static GeneratedServer Make(
        AsymmetricAlgorithm key,
        HashAlgorithmName hash,
        string subject,
        string? alternativeName,
        X509KeyUsageFlags? usage,
        string? purpose,
        (int From, int Until) days,
        TestRoot root
    )
    {
        var name = new X500DistinguishedName(subject);
        var request = key is RSA rsa
            ? new CertificateRequest(name, rsa, hash, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, hash);
        if (usage is { } flags)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        if (purpose is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        if (alternativeName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(alternativeName);
            request.CertificateExtensions.Add(names.Build());
        }

        return new GeneratedServer(
            $"{subject}; {key.KeySize} bits, {hash.Name}, SAN {alternativeName}, {usage}, {purpose}, {days}, by {root.Name}",
            root.Sign(request, TestServer.Now.AddDays(days.From), TestServer.Now.AddDays(days.Until))
        );
    }

    public override string ToString() => Words;

    private static Gen<T> Mostly<T>(T usual, params T[] others) => Gen.Frequency((5, Gen.Constant(usual)), (2, Gen.Elements(others)));
}

/// <summary>A self-signed root that signs anything.</summary>
internal sealed class TestRoot
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    public TestRoot(X500DistinguishedName name)
    {
        var request = new CertificateRequest(name, _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(TestServer.Now.AddYears(-1), TestServer.Now.AddYears(19));
    }

    public string Name => _certificate.Subject;

    public byte[] Der => _certificate.RawData;

    public byte[] Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset until) =>
        request.Create(_certificate.SubjectName, new AnyHash(_key), from, until, [1, 2, 3]).RawData;

    /// <summary>As the key room does with what policy approved.</summary>
    public byte[] Sign(CertificatePlan plan, IssuerCertificate issuer)
    {
        var toBeSigned = ToBeSignedCertificate.Encode(
            plan,
            issuer,
            SamplePlans.PointsOf(plan),
            CertificateSerialNumber.Draw(),
            TestServer.Now
        );
        return SignedCertificate.Assemble(toBeSigned, _key.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}

/// <summary>RSA PKCS#1 v1.5 with SHA-1 too, which the platform's own generator makes no more.</summary>
internal sealed class AnyHash(RSA key) : X509SignatureGenerator
{
    private readonly X509SignatureGenerator _usual = CreateForRSA(key, RSASignaturePadding.Pkcs1);

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
        hashAlgorithm == HashAlgorithmName.SHA1
            ? Asn.Sequence(Asn.Oid(ObjectIdentifiers.Sha1WithRsa), Asn.Null)
            : _usual.GetSignatureAlgorithmIdentifier(hashAlgorithm);

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
        key.SignData(data, hashAlgorithm, RSASignaturePadding.Pkcs1);

    protected override PublicKey BuildPublicKey() => _usual.PublicKey;
}
