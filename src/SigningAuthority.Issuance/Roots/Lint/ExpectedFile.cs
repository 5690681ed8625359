using System.Text;

namespace SigningAuthority.Issuance.Roots.Lint;

/// <summary>What a file of these certificates holds, written octet by octet: encoders use none of it.</summary>
internal static class ExpectedFile
{
    // RFC 7468 §2: lines of 64 characters.
    private const int LineLength = 64;

    // id-signedData and id-data (RFC 5652 §4, §5.1).
    private static readonly byte[] SignedData = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    private static readonly byte[] Data = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    private static readonly byte[] Version1 = [0x02, 0x01, 0x01];
    private static readonly byte[] EmptySet = [0x31, 0x00];

    /// <summary>RFC 7468 §5.1, one certificate after the other.</summary>
    public static byte[] Pem(params byte[][] certificates)
    {
        var text = new StringBuilder();
        foreach (var certificate in certificates)
        {
            text.Append("-----BEGIN CERTIFICATE-----\n");
            foreach (var line in Convert.ToBase64String(certificate).Chunk(LineLength))
                text.Append(line).Append('\n');
            text.Append("-----END CERTIFICATE-----\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>RFC 5652 §5.1: SignedData without signers, the certificates in their order.</summary>
    public static byte[] CertificatesOnly(params byte[][] certificates) =>
        Element(
            0x30,
            SignedData,
            Element(0xA0, Element(0x30, Version1, EmptySet, Element(0x30, Data), Element(0xA0, certificates), EmptySet))
        );

    /// <summary>Tag, the shortest definite length (X.690 §10.1), content.</summary>
    private static byte[] Element(byte tag, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(part => part)];
        byte[] length = [(byte)(content.Length >> 24), (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length];
        byte[] shortest = [.. length.SkipWhile(octet => octet == 0)];
        return content.Length < 0x80
            ? [tag, (byte)content.Length, .. content]
            : [tag, (byte)(0x80 | shortest.Length), .. shortest, .. content];
    }
}
