using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>Looks at each certificate as the line's test does: signed by the client root, for this unit and key, and no unit's twice. Thread-safe.</summary>
internal sealed class CheckDrawn : IDisposable
{
    private readonly DrawnUnits _drawn;
    private readonly RSA _root;
    private readonly byte[] _issuer;

    /// <param name="root">The client root.</param>
    /// <param name="drawn">Takes each certificate that is as it must be.</param>
    public CheckDrawn(X509Certificate2 root, DrawnUnits drawn)
    {
        _drawn = drawn;
        _root = root.GetRSAPublicKey() ?? throw new CryptographicException("The client root has no RSA key.");
        _issuer = root.SubjectName.RawData;
    }

    /// <summary>Null for a certificate that is as it must be; otherwise what is wrong with it.</summary>
    public string? Find(SimulatedDevice device, DeviceReply reply)
    {
        var der = PemEncoding.TryFind(reply.Certificate, out var fields)
            ? Convert.FromBase64String(reply.Certificate![fields.Base64Data])
            : [];
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(der));
        if (fingerprint != reply.Sha256)
            return "fingerprint-differs";
        try
        {
            return FindInside(device, der, out var serialNumber)
                ?? _drawn.Add(
                    new DrawnUnit(
                        device.Number,
                        device.Request.Mac,
                        serialNumber,
                        fingerprint,
                        Convert.ToHexStringLower(SHA256.HashData(device.PublicKey))
                    )
                );
        }
        catch (AsnContentException)
        {
            return "certificate-unreadable";
        }
    }

    public void Dispose() => _root.Dispose();

    private string? FindInside(SimulatedDevice device, byte[] der, out string serialNumber)
    {
        // RFC 5280 §4.1: SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }.
        var content = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var signed = content.ReadEncodedValue();
        content.ReadSequence();
        var signature = content.ReadBitString(out _);
        // TBSCertificate begins with [0] version and the serial number.
        var tbs = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        tbs.ReadEncodedValue();
        serialNumber = Convert.ToHexString(tbs.ReadIntegerBytes().Span);
        return !_root.VerifyData(signed.Span, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? "signature-wrong"
            : signed.Span.IndexOf(_issuer) < 0 ? "issuer-differs"
            : signed.Span.IndexOf(device.PublicKey) < 0 ? "key-differs"
            : signed.Span.IndexOf(Encoding.ASCII.GetBytes(device.Request.Mac)) < 0 ? "mac-differs"
            : null;
    }
}
