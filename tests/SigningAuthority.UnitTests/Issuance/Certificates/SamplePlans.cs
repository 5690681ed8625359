using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.UnitTests.Issuance.Requests;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>A certificate of each shipped profile as policy plans it, an issuer, and the bytes to be signed.</summary>
internal static class SamplePlans
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly CertificateSerialNumber Serial = CertificateSerialNumber.FromBytes(
        Convert.FromHexString("4A0102030405060708090A0B0C0D0E0F")
    );

    private static readonly Lazy<IssuerCertificate> Root = new(() => MakeRoot(Now.AddDays(-1), Now.AddYears(20)));

    public static IssuerCertificate Issuer => Root.Value;

    public static IReadOnlyList<string> Profiles => [.. ShippedPolicy.Configuration.Profiles.Select(profile => profile.Id)];

    public static CertificatePlan Plan(string profile) =>
        profile switch
        {
            "provisioning-server" => Approved(
                ShippedPolicy.Policy.Decide(
                    ShippedPolicy.Server(new RequestBuilder().WithCommonName("pv.telco.net/mailto:admin@telco.net"))
                )
            ),
            "station" => Approved(ShippedPolicy.Policy.Decide(ShippedPolicy.Station())),
            "test-device" => Approved(
                ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Mac = "000E08FFFF01", Serial = "TEST-FFFF01", IsTest = true })
            ),
            "ocsp-responder" => Approved(ShippedPolicy.Policy.Decide(ShippedPolicy.Responder())),
            "service-tls" => Approved(ShippedPolicy.Policy.Decide(ShippedPolicy.Service())),
            _ => DevicePlan(profile, ShippedPolicy.Device()),
        };

    /// <summary>As planned for a unit whose production order names the profile.</summary>
    public static CertificatePlan DevicePlan(string profile, DeviceFacts facts) =>
        Approved(
            ShippedPolicy.Policy.Decide(
                facts with
                {
                    Draw = facts.Draw! with { Order = ShippedPolicy.StandingOrder with { Profile = profile } },
                }
            )
        );

    public static byte[] ToBeSigned(string profile) => Encode(Plan(profile));

    public static readonly PublicationAddresses Publication = new(new Uri("http://pki.example.com:8080/pki"));

    /// <summary>The addresses that a planned certificate carries; of the second shard.</summary>
    public static CertificatePoints PointsOf(CertificatePlan plan) => Publication.PointsOf(plan, 2);

    public static byte[] Encode(CertificatePlan plan, IssuerCertificate? issuer = null, DateTimeOffset? now = null) =>
        ToBeSignedCertificate.Encode(plan, issuer ?? Issuer, PointsOf(plan), Serial, now ?? Now);

    public static IReadOnlyList<LintFinding> Lint(
        ReadOnlyMemory<byte> toBeSigned,
        CertificatePlan plan,
        IssuerCertificate? issuer = null
    ) => LintToBeSigned.Find(toBeSigned, plan, issuer ?? Issuer, PointsOf(plan));

    public static byte[] Sign(byte[] toBeSigned) =>
        SignedCertificate.Assemble(
            toBeSigned,
            TestKeys.Authority.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );

    public static IssuerCertificate MakeRoot(DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var subject = ShippedPolicy.Configuration.Authority("sipura").SubjectName;
        var spki = TestKeys.Authority.ExportSubjectPublicKeyInfo();
        return IssuerCertificate.Read(
            Sign(RootCertificate.EncodeToBeSigned(subject, spki, CertificateSerialNumber.Draw(), notBefore, notAfter))
        );
    }

    private static CertificatePlan Approved(PolicyDecision decision) =>
        decision.Approved?.Redeem()[0] ?? throw new InvalidOperationException(string.Join("; ", decision.Violations));
}
