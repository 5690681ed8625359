using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>
/// A device of one generation of the client root, that generation certified by another (RFC 4210 §4.4), which alone is trusted, and the lists
/// of both: of the one that is trusted from before and after the cross-certificate was revoked. Made by the authority's encoders, PEM files.
/// </summary>
public sealed class CrossedPath : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sa-crossed-").FullName;

    public CrossedPath()
    {
        using var trusted = KeyHolder.OfNewRoot();
        using var certified = KeyHolder.OfNewRoot();
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        var (cross, other) = (CertificateSerialNumber.Draw(), CertificateSerialNumber.Draw());

        Write(Root, "CERTIFICATE", trusted.Certificate.Der);
        Write(Cross, "CERTIFICATE", trusted.Certify(certified, cross));
        Write(Device, "CERTIFICATE", certified.Certify(CertificatePoints.None, CertificateSerialNumber.Draw()));
        Write(ListOfCertified, "X509 CRL", certified.SignList(tomorrow));
        Write(ListBefore, "X509 CRL", trusted.SignList(tomorrow, other));
        Write(ListAfter, "X509 CRL", trusted.SignList(tomorrow, cross));
    }

    internal string Root => Path.Combine(_folder, "root.pem");

    internal string Cross => Path.Combine(_folder, "cross.pem");

    internal string Device => Path.Combine(_folder, "device.pem");

    internal string ListOfCertified => Path.Combine(_folder, "certified.list.pem");

    internal string ListBefore => Path.Combine(_folder, "before.list.pem");

    internal string ListAfter => Path.Combine(_folder, "after.list.pem");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Write(string file, string label, byte[] der) => File.WriteAllText(file, PemEncoding.WriteString(label, der) + "\n");
}
