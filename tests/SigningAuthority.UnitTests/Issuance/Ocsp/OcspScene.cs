using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.UnitTests.Issuance.Certificates;

namespace SigningAuthority.UnitTests.Issuance.Ocsp;

/// <summary>
/// An issuer, a responder that it delegated to and certificates of devices, in a folder, at the machine's own time: `openssl ocsp` takes
/// no other. The responder's key is <see cref="TestKeys.Provider"/>.
/// </summary>
internal sealed class OcspScene : IDisposable
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    public OcspScene()
    {
        Issuer = SamplePlans.MakeRoot(Now.AddDays(-1), Now.AddYears(20));
        var responder = SamplePlans.Plan("ocsp-responder");
        Responder = OcspResponderCertificate.Read(
            SamplePlans.Sign(
                ToBeSignedCertificate.Encode(
                    responder,
                    Issuer,
                    CertificatePoints.None,
                    CertificateSerialNumber.Draw(),
                    Now.AddDays(-1).AddHours(2)
                )
            )
        );
        Write("root.pem", Issuer.Der);
        Write("responder.pem", Responder.Der);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ocsp-").FullName;

    public IssuerCertificate Issuer { get; }

    public OcspResponderCertificate Responder { get; }

    /// <summary>Makes a device's certificate, and a file NAME.pem of it.</summary>
    public CertificateSerialNumber MakeDevice(string name)
    {
        var plan = SamplePlans.Plan("cn-mac");
        var serial = CertificateSerialNumber.Draw();
        Write(name + ".pem", SamplePlans.Sign(ToBeSignedCertificate.Encode(plan, Issuer, SamplePlans.PointsOf(plan), serial, Now)));
        return serial;
    }

    public OcspSingleResponse Answer(CertificateSerialNumber serial, OcspCertificateStatus status, string hash = ObjectIdentifiers.Sha1) =>
        Answer(OcspCertIds.Of(Issuer, serial, hash), status);

    public static OcspSingleResponse Answer(OcspCertId id, OcspCertificateStatus status) =>
        new(id, status, Now.AddMinutes(-1), Now.AddHours(12));

    public byte[] Data(byte[]? nonce, params IReadOnlyList<OcspSingleResponse> singles) =>
        OcspResponseData.Encode(Responder.KeyHash, Now, singles, nonce);

    public byte[] Respond(byte[]? nonce, params IReadOnlyList<OcspSingleResponse> singles)
    {
        var data = Data(nonce, singles);
        var signature = TestKeys.Provider.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return OcspResponse.Assemble(data, signature, Responder.Der);
    }

    /// <summary>Runs `openssl ocsp` here; both of its outputs.</summary>
    public string OpenSslOcsp(string arguments) => OpenSsl.RunInShell($"openssl ocsp {arguments} 2>&1", Folder);

    public byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Folder, file));

    public void Save(string file, byte[] bytes) => File.WriteAllBytes(Path.Combine(Folder, file), bytes);

    public void Dispose()
    {
        Issuer.Dispose();
        Responder.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Write(string file, byte[] certificate) =>
        File.WriteAllText(Path.Combine(Folder, file), PemEncoding.WriteString("CERTIFICATE", certificate) + "\n");
}
