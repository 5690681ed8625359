using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.UnitTests.Issuance;
using SigningAuthority.UnitTests.Issuance.Requests;

namespace SigningAuthority.UnitTests.Mutations;

/// <summary>Well-formed CSRs to be mutated. Their keys are new in each run: of a repeated case, the key's octets differ and nothing else.</summary>
internal static class SampleRequests
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1";

    /// <summary>With all that a request may hold.</summary>
    public static IReadOnlyList<byte[]> Usual { get; } =
    [
        new RequestBuilder().ToDer(),
        new RequestBuilder()
            .WithCommonName("pv.telco.net/mailto:admin@telco.net")
            .WithExtensions(Asn.AlternativeName(2, "pv.telco.net"), Asn.AlternativeName(7, 10, 0, 0, 1))
            .ToDer(),
        new RequestBuilder { Attributes = null }
            .WithChallengePassword("secret")
            .WithExtensions(Asn.Extension("2.5.29.19", [0x30, 0x03, 0x01, 0x01, 0xFF], critical: true))
            .ToDer(),
        new RequestBuilder
        {
            Subject =
            [
                ("2.5.4.11", "SPA962"),
                ("2.5.4.5", "FM500H000001"),
                (NameAttributeTypes.CommonName, "000E08ABCDEF"),
                ("1.2.840.113549.1.9.1", "admin@telco.net"),
            ],
        }.ToDer(),
        new RequestBuilder { Key = TestKeys.Rsa1024, Hash = HashAlgorithmName.SHA1 }.ToDer(),
        new RequestBuilder { SubjectPublicKeyInfo = TestKeys.Curve.ExportSubjectPublicKeyInfo() }.ToDer(),
    ];

    /// <summary>With numbers as large as a body may be.</summary>
    public static IReadOnlyList<byte[]> Large { get; } =
    [
        WithNumbers(modulusOctets: 2048, exponentOctets: 3),
        WithNumbers(modulusOctets: 256, exponentOctets: 256),
        WithNumbers(modulusOctets: 2048, exponentOctets: 2048),
        WithNumbers(modulusOctets: 8000, exponentOctets: 6000),
    ];

    /// <summary>Arithmetic with such numbers takes seconds: a limit must stand before it.</summary>
    private static byte[] WithNumbers(int modulusOctets, int exponentOctets)
    {
        var (modulus, exponent) = (Number(modulusOctets), Number(exponentOctets));
        return new RequestBuilder
        {
            SubjectPublicKeyInfo = Asn.Sequence(
                Asn.Sequence(Asn.Oid(RsaEncryption), Asn.Null),
                Asn.BitString(Asn.Sequence(Asn.RawInteger(modulus), Asn.RawInteger(exponent)))
            ),
            Signature = Number(Math.Min(modulusOctets, 512)),
        }.ToDer();

        static byte[] Number(int octets)
        {
            var number = new byte[octets];
            new Random(octets).NextBytes(number);
            number[0] = 0x7F;
            number[^1] |= 1;
            return number;
        }
    }
}
