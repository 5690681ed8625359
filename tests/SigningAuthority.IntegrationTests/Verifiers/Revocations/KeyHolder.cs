using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.RevocationLists;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>Who has a root's key and records nothing: what the authority's own encoders make of it, signed.</summary>
internal sealed class KeyHolder : IDisposable
{
    private static readonly TimeSpan ListLife = TimeSpan.FromDays(7);
    private static readonly AuthorityConfiguration Configuration = AuthorityConfiguration.Load(Repository.CaConfig);

    private readonly IDisposable _key;
    private readonly Func<byte[], byte[]> _sign;

    private KeyHolder(IssuerCertificate certificate, IDisposable key, Func<byte[], byte[]> sign) =>
        (Certificate, _key, _sign) = (certificate, key, sign);

    /// <summary>The root's own.</summary>
    public IssuerCertificate Certificate { get; }

    /// <param name="root">DER.</param>
    /// <param name="key">Ended along with the holder.</param>
    public static KeyHolder Of(byte[] root, SigningKey key) => new(IssuerCertificate.Read(root), key, data => key.Sign(data));

    /// <summary>A generation of the client root that no authority has: each has the same name, and a key of its own.</summary>
    public static KeyHolder OfNewRoot()
    {
        var key = RSA.Create(2048);
        var now = Seconds(DateTimeOffset.UtcNow);
        var toBeSigned = RootCertificate.EncodeToBeSigned(
            Configuration.Authority("client").SubjectName,
            key.ExportSubjectPublicKeyInfo(),
            CertificateSerialNumber.Draw(),
            now.AddDays(-1),
            now.AddYears(20)
        );
        return new KeyHolder(IssuerCertificate.Read(SignedCertificate.Assemble(toBeSigned, Sign(toBeSigned))), key, Sign);

        byte[] Sign(byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>A device's certificate, DER.</summary>
    public byte[] Certify(CertificatePoints points, CertificateSerialNumber serial)
    {
        var device = FactoryDevice.MakeQuickly();
        var plan = new CertificatePlan(
            Configuration.Authority("client"),
            Configuration.FindProfile("cn-mac")!,
            DistinguishedName.Of([new AttributeTypeAndValue(NameAttributeTypes.CommonName, device.Mac)]),
            device.Key.ExportSubjectPublicKeyInfo(),
            [],
            []
        );
        return Assemble(ToBeSignedCertificate.Encode(plan, Certificate, points, serial, DateTimeOffset.UtcNow));
    }

    /// <summary>A cross-certificate of another generation, DER.</summary>
    public byte[] Certify(KeyHolder generation, CertificateSerialNumber serial) =>
        Assemble(
            CrossCertificate.EncodeToBeSigned(
                Certificate,
                generation.Certificate,
                CertificatePoints.None,
                serial,
                Later(Certificate.NotBefore, generation.Certificate.NotBefore),
                Earlier(Certificate.NotAfter, generation.Certificate.NotAfter)
            )
        );

    /// <summary>A complete list, DER.</summary>
    /// <param name="nextUpdate">Its end; its beginning lies seven days before.</param>
    /// <param name="revoked">In ascending order.</param>
    public byte[] SignList(DateTimeOffset nextUpdate, params CertificateSerialNumber[] revoked)
    {
        var until = Seconds(nextUpdate);
        var plan = new RevocationListPlan(1, until - ListLife, until);
        var entries = revoked
            .Select(serial =>
                ToBeSignedRevocationList.EncodeEntry(new RevocationListEntry(serial, plan.ThisUpdate, RevocationReason.CaCompromise))
            )
            .ToList();
        byte[] toBeSigned =
        [
            .. ToBeSignedRevocationList.EncodeHead(plan, Certificate, entries.Sum(entry => entry.Length)),
            .. entries.SelectMany(entry => entry),
            .. ToBeSignedRevocationList.EncodeTail(plan, Certificate),
        ];
        var signature = _sign(toBeSigned);
        return [.. SignedRevocationList.Head(toBeSigned.Length, signature.Length), .. toBeSigned, .. SignedRevocationList.Tail(signature)];
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private byte[] Assemble(byte[] toBeSigned) => SignedCertificate.Assemble(toBeSigned, _sign(toBeSigned));

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
