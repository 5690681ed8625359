using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.RevocationLists;

/// <summary>What stands before and after the to-be-signed bytes of a CertificateList (RFC 5280 §5.1): head, those bytes verbatim, tail.</summary>
public static class SignedRevocationList
{
    /// <summary>The outer SEQUENCE's header.</summary>
    /// <param name="tbsOctets">Octets of the whole TBSCertList.</param>
    /// <param name="signatureOctets">Octets of the signature: those of the key's modulus.</param>
    public static byte[] Head(long tbsOctets, int signatureOctets) =>
        DerHeader.Of(DerHeader.Sequence, tbsOctets + Tail(new byte[signatureOctets]).Length);

    /// <summary>signatureAlgorithm and signatureValue.</summary>
    /// <param name="signature">SHA-256 with RSA, PKCS#1 v1.5.</param>
    public static byte[] Tail(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        TbsParts.WriteSha256WithRsa(writer);
        writer.WriteBitString(signature);
        return writer.Encode();
    }
}
