using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

public sealed class DecodeCertificationRequestTests
{
    private static readonly byte[] Modulus = [0x00, .. TestKeys.Provider.ExportParameters(false).Modulus!];

    /// <summary>Requests that must not decode, each wrong in one place.</summary>
    public static TheoryData<string> Malformed => [.. MalformedRequests.Keys];

    private static Dictionary<string, byte[]> MalformedRequests { get; } =
        new()
        {
            ["version 1"] = new RequestBuilder { Version = 1 }.ToDer(),
            ["version -1"] = new RequestBuilder { Version = -1 }.ToDer(),
            ["empty sequence"] = [0x30, 0x00],
            ["subject is a set"] = new RequestBuilder { SubjectDer = Asn.Set() }.ToDer(),
            ["subject value is an integer"] = WithSubjectValue(Asn.Integer(1)),
            ["subject value is a context tag"] = WithSubjectValue(Asn.Tagged(0x8C, "name"u8.ToArray())),
            ["subject value is bad UTF-8"] = WithSubjectValue(Asn.Tagged(0x0C, [0xC0, 0xAF])),
            ["subject value is odd BMPString"] = WithSubjectValue(Asn.Tagged(0x1E, [0x00, 0x61, 0x00])),
            ["subject attribute has three parts"] = new RequestBuilder
            {
                SubjectDer = Asn.Sequence(
                    Asn.Set(Asn.Sequence(Asn.Oid("2.5.4.3"), Asn.Text(UniversalTagNumber.UTF8String, "a"), Asn.Null))
                ),
            }.ToDer(),
            ["modulus negative"] = WithKey(Asn.RawInteger([0x80, .. Modulus[2..]]), Asn.Integer(65537)),
            ["modulus zero"] = WithKey(Asn.Integer(0), Asn.Integer(65537)),
            ["modulus empty"] = WithKey(Asn.RawInteger(), Asn.Integer(65537)),
            ["modulus with a zero too many"] = WithKey(Asn.RawInteger([0x00, .. Modulus]), Asn.Integer(65537)),
            ["exponent negative"] = WithKey(Asn.RawInteger(Modulus), Asn.Integer(-65537)),
            ["exponent zero"] = WithKey(Asn.RawInteger(Modulus), Asn.Integer(0)),
            ["exponent missing"] = WithKey(Asn.RawInteger(Modulus)),
            ["third number in the key"] = WithKey(Asn.RawInteger(Modulus), Asn.Integer(65537), Asn.Integer(1)),
            ["key parameters missing"] = WithKeyAlgorithm(Asn.Sequence(Asn.Oid(ObjectIdentifiers.RsaEncryption))),
            ["key parameters not NULL"] = WithKeyAlgorithm(
                Asn.Sequence(Asn.Oid(ObjectIdentifiers.RsaEncryption), Asn.OctetString(1, 2, 3))
            ),
            ["key parameters twice"] = WithKeyAlgorithm(Asn.Sequence(Asn.Oid(ObjectIdentifiers.RsaEncryption), Asn.Null, Asn.Null)),
            ["signature with unused bits"] = Reassemble(signature: Asn.BitString([0x80], unused: 7)),
            ["signature an octet string"] = Reassemble(signature: Asn.OctetString(1)),
            ["a fourth field"] = Asn.Sequence(Asn.Sequence(), Asn.Sequence(), Asn.BitString([]), Asn.Null),
            ["attributes no set"] = new RequestBuilder { Attributes = [Asn.Integer(1)] }.ToDer(),
            ["attribute without values"] = new RequestBuilder
            {
                Attributes = [Asn.Sequence(Asn.Oid(ObjectIdentifiers.ExtensionRequest))],
            }.ToDer(),
            ["extension without value"] = new RequestBuilder().WithExtensions(Asn.Sequence(Asn.Oid("2.5.29.15"))).ToDer(),
            ["extension with a field too many"] = new RequestBuilder()
                .WithExtensions(Asn.Sequence(Asn.Oid("2.5.29.15"), Asn.OctetString(), Asn.Null))
                .ToDer(),
            ["alternative name universal"] = new RequestBuilder()
                .WithExtensions(Asn.Extension("2.5.29.17", Asn.Sequence(Asn.Integer(1))))
                .ToDer(),
            ["alternative name not ASCII"] = new RequestBuilder().WithExtensions(Asn.AlternativeName(2, "pröv.callme.com")).ToDer(),
            ["alternative name cut short"] = new RequestBuilder().WithExtensions(Asn.Extension("2.5.29.17", [0x30, 0x7F, 0x82])).ToDer(),
            ["bytes after the alternative names"] = new RequestBuilder()
                .WithExtensions(Asn.Extension("2.5.29.17", [0x30, 0x00, 0x30, 0x00]))
                .ToDer(),
            ["bytes after the constraints"] = new RequestBuilder()
                .WithExtensions(Asn.Extension("2.5.29.19", [0x30, 0x00, 0x30, 0x03, 0x01, 0x01, 0xFF]))
                .ToDer(),
            ["indefinite length"] = [0x30, 0x80, 0x30, 0x80, 0x00, 0x00, 0x00, 0x00],
            ["length in more octets than needed"] = [0x30, 0x83, 0x00, 0x00, 0x02, 0x05, 0x00],
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_request_is_refused(string what)
    {
        var outcome = ReadCertificationRequest.Read(MalformedRequests[what]);
        Assert.Null(outcome.Request);
        Assert.Equal("csr-malformed", Assert.Single(outcome.Violations).Code);
    }

    [Fact]
    public void A_signature_by_another_key_proves_nothing()
    {
        var request = new RequestBuilder { SubjectPublicKeyInfo = TestKeys.Other.ExportSubjectPublicKeyInfo() }.Read();
        Assert.Equal(ProofOfPossession.Failed, request.ProofOfPossession);
    }

    [Fact]
    public void Every_flipped_bit_of_a_signature_breaks_the_proof()
    {
        var der = new RequestBuilder().ToDer();
        for (var i = der.Length - 256; i < der.Length; i++)
        {
            der[i] ^= 0x10;
            Assert.Equal(ProofOfPossession.Failed, ReadCertificationRequest.Read(der.ToArray()).Request?.ProofOfPossession);
            der[i] ^= 0x10;
        }
    }

    [Theory]
    [InlineData("SHA1", ProofOfPossession.Proven)]
    [InlineData("SHA256", ProofOfPossession.Proven)]
    [InlineData("SHA384", ProofOfPossession.Proven)]
    [InlineData("SHA512", ProofOfPossession.Proven)]
    [InlineData("MD5", ProofOfPossession.NotComputed)]
    public void Proof_is_computed_for_the_hashes_that_could_be_accepted(string hash, ProofOfPossession expected) =>
        Assert.Equal(
            expected,
            new RequestBuilder { Hash = new HashAlgorithmName(hash) }
                .Read()
                .ProofOfPossession
        );

    [Fact]
    public void A_signature_under_the_name_of_another_hash_proves_nothing() =>
        Assert.Equal(
            ProofOfPossession.Failed,
            new RequestBuilder { SignatureAlgorithm = ObjectIdentifiers.Sha512WithRsa }
                .Read()
                .ProofOfPossession
        );

    [Theory]
    [InlineData("even modulus")]
    [InlineData("exponent 1")]
    [InlineData("exponent 2")]
    [InlineData("exponent of 4,096 octets")]
    [InlineData("modulus of one octet")]
    public void A_key_that_can_not_be_used_proves_nothing(string what)
    {
        var der = what switch
        {
            "even modulus" => WithKey(Asn.RawInteger([.. Modulus[..^1], 0x02]), Asn.Integer(65537)),
            "exponent 1" => WithKey(Asn.RawInteger(Modulus), Asn.Integer(1)),
            "exponent 2" => WithKey(Asn.RawInteger(Modulus), Asn.Integer(2)),
            "exponent of 4,096 octets" => WithKey(Asn.RawInteger(Modulus), Asn.RawInteger([0x7F, .. Enumerable.Repeat((byte)0xFF, 4095)])),
            _ => WithKey(Asn.Integer(3), Asn.Integer(65537)),
        };
        Assert.Equal(ProofOfPossession.Failed, ReadCertificationRequest.Read(der).Request?.ProofOfPossession);
    }

    [Fact]
    public void A_modulus_beyond_8192_bits_buys_no_work()
    {
        var request = ReadCertificationRequest
            .Read(WithKey(Asn.RawInteger([0x00, .. Enumerable.Repeat((byte)0xFF, 1025)]), Asn.Integer(65537)))
            .Request;
        Assert.Equal(ProofOfPossession.NotComputed, request?.ProofOfPossession);
        Assert.Equal(8200, request?.Key.Bits);
    }

    [Fact]
    public void An_EC_key_is_decoded_to_be_judged()
    {
        var request = new RequestBuilder { SubjectPublicKeyInfo = TestKeys.Curve.ExportSubjectPublicKeyInfo() }.Read();
        Assert.False(request.Key.IsRsa);
        Assert.Equal((ObjectIdentifiers.EcPublicKey, ProofOfPossession.NotComputed), (request.Key.Algorithm, request.ProofOfPossession));
    }

    [Fact]
    public void A_challenge_password_is_noticed_and_its_text_kept_nowhere_but_in_the_bytes()
    {
        var request = new RequestBuilder().WithChallengePassword("hunter2-hunter2").Read();
        Assert.True(request.Attributes.HasChallengePassword);
        Assert.DoesNotContain("hunter2", request.Attributes.ToString());
        Assert.Empty(request.Attributes.Others);
    }

    [Fact]
    public void Requests_without_the_attributes_field_are_read() =>
        Assert.Empty(
            new RequestBuilder { Attributes = null }
                .Read()
                .Attributes.Extensions
        );

    [Fact]
    public void Names_and_extensions_of_every_extension_request_are_found()
    {
        var request = new RequestBuilder()
            .WithExtensions(Asn.AlternativeName(2, "a.callme.com"), Asn.Extension("2.5.29.15", [0x03, 0x02, 0x05, 0xA0], critical: true))
            .WithExtensions(
                Asn.AlternativeName(7, 10, 0, 0, 1),
                Asn.AlternativeName(6, "https://x.example/"),
                Asn.AlternativeName(1, "a@b.example"),
                Asn.Extension("2.5.29.17", Asn.Sequence(Asn.Tagged(0xA0, Asn.Oid("1.2.3"))))
            )
            .Read();
        Assert.Equal(
            ["DNS:a.callme.com", "IP:10.0.0.1", "URI:https://x.example/", "email:a@b.example", "other:[0]"],
            request.Attributes.SubjectAlternativeNames.Select(name => name.ToString())
        );
        Assert.Equal(["2.5.29.17", "2.5.29.15", "2.5.29.17", "2.5.29.17", "2.5.29.17", "2.5.29.17"], request.Attributes.Extensions);
    }

    [Fact]
    public void Deep_and_overlong_nesting_is_refused_at_once()
    {
        var deep = new byte[ReadCertificationRequest.MaximumBytes];
        for (var i = 0; i + 1 < deep.Length; i += 2)
            (deep[i], deep[i + 1]) = (0x30, 0x80);
        byte[] longest = [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xF9];
        byte[] beyond = [0x30, 0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        var nested = Enumerable
            .Range(0, 3000)
            .Aggregate(Array.Empty<byte>(), (inner, _) => inner.Length < 16000 ? Asn.Sequence(inner) : inner);
        foreach (var bomb in new[] { deep, longest, beyond, nested })
            Assert.Single(ReadCertificationRequest.Read(bomb).Violations);
    }

    [Fact]
    public void An_object_identifier_that_fills_the_body_costs_little()
    {
        byte[] arc = [.. Enumerable.Repeat((byte)0xFF, 15000), 0x7F];
        var outcome = ReadCertificationRequest.Read(
            new RequestBuilder
            {
                Attributes =
                [
                    Asn.Sequence(
                        Asn.Tagged(
                            0x06,
                            [
                                [0x2A],
                                arc,
                            ]
                        ),
                        Asn.Set()
                    ),
                ],
            }.ToDer()
        );
        Assert.True(outcome.Request is not null || outcome.Violations.Count == 1);
    }

    private static byte[] WithKey(params byte[][] numbers) =>
        WithSpki(Asn.Sequence(Asn.Sequence(Asn.Oid(ObjectIdentifiers.RsaEncryption), Asn.Null), Asn.BitString(Asn.Sequence(numbers))));

    private static byte[] WithKeyAlgorithm(byte[] algorithm) =>
        WithSpki(Asn.Sequence(algorithm, Asn.BitString(TestKeys.Provider.ExportRSAPublicKey())));

    private static byte[] WithSpki(byte[] spki) => new RequestBuilder { SubjectPublicKeyInfo = spki }.ToDer();

    private static byte[] WithSubjectValue(byte[] value) =>
        new RequestBuilder { SubjectDer = Asn.Sequence(Asn.Set(Asn.Sequence(Asn.Oid("2.5.4.3"), value))) }.ToDer();

    private static byte[] Reassemble(byte[] signature)
    {
        var parts = new AsnReader(new RequestBuilder().ToDer(), AsnEncodingRules.DER).ReadSequence();
        return Asn.Sequence(parts.ReadEncodedValue().ToArray(), parts.ReadEncodedValue().ToArray(), signature);
    }
}
