using SigningAuthority.Issuance.Certificates;
using SigningAuthority.UnitTests.Issuance;

namespace SigningAuthority.UnitTests.Mutations;

/// <summary>Well-formed OCSP requests (RFC 6960 §4.1.1) with all that one may hold, octet by octet.</summary>
internal static class SampleOcspRequests
{
    private const string Nonce = "1.3.6.1.5.5.7.48.1.2";
    private const string PreferredAlgorithms = "1.3.6.1.5.5.7.48.1.8";

    public static IReadOnlyList<byte[]> All { get; } =
    [
        Request([CertId(1)]),
        Request([CertId(1)], Asn.Extension(Nonce, Asn.OctetString(new byte[32]))),
        Request([CertId(1), CertId(2), CertId(3)]),
        Request([.. Enumerable.Range(1, 32).Select(CertId)], Asn.Extension(Nonce, Asn.OctetString(new byte[128]))),
        Request([CertId(1)], Asn.Extension(PreferredAlgorithms, Asn.Sequence(Asn.Oid(ObjectIdentifiers.Sha256WithRsa)))),
        // Version written out, a requestorName, a signature: all may be there.
        Asn.Sequence(
            Asn.Sequence(
                Asn.Tagged(0xA0, [Asn.Integer(0)]),
                Asn.Tagged(0xA1, [Asn.Tagged(0x82, ["phone.example.net"u8.ToArray()])]),
                Asn.Sequence(Asn.Sequence(CertId(1)))
            ),
            Asn.Tagged(0xA0, [Asn.Sequence(Asn.Sequence(Asn.Oid(ObjectIdentifiers.Sha256WithRsa), Asn.Null), Asn.BitString(new byte[256]))])
        ),
    ];

    public static byte[] Request(IReadOnlyList<byte[]> ids, params byte[][] extensions) =>
        Asn.Sequence(
            Asn.Sequence([
                Asn.Sequence([.. ids.Select(id => Asn.Sequence(id))]),
                .. extensions.Length == 0 ? Array.Empty<byte[]>() : [Asn.Tagged(0xA2, [Asn.Sequence(extensions)])],
            ])
        );

    private static byte[] CertId(int serial) =>
        Asn.Sequence(
            Asn.Sequence(Asn.Oid(ObjectIdentifiers.Sha1), Asn.Null),
            Asn.OctetString(new byte[20]),
            Asn.OctetString(new byte[20]),
            Asn.Integer(0x0123_4567_89AB_0000L + serial)
        );
}
