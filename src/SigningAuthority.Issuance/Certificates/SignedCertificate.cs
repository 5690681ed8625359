using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Puts to-be-signed bytes and a signature together (RFC 5280 §4.1.1), and takes them apart again.</summary>
public static class SignedCertificate
{
    /// <param name="toBeSigned">DER TBSCertificate, copied verbatim.</param>
    /// <param name="signature">SHA-256 with RSA, PKCS#1 v1.5.</param>
    /// <returns>DER Certificate.</returns>
    public static byte[] Assemble(ReadOnlySpan<byte> toBeSigned, ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: toBeSigned.Length + signature.Length + 32);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(toBeSigned);
            TbsParts.WriteSha256WithRsa(writer);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    /// <summary>The TBSCertificate inside a certificate, as a slice of its bytes.</summary>
    /// <exception cref="AsnContentException">The bytes are no Certificate in DER.</exception>
    public static ReadOnlyMemory<byte> ToBeSignedIn(ReadOnlyMemory<byte> certificate) =>
        new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().PeekEncodedValue();
}
