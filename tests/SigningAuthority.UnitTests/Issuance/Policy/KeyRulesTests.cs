using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class KeyRulesTests
{
    private static readonly string[] Unsafe1024 =
    [
        "authorities/sipura.json",
        "\"unsafeAllowRsa1024\": false",
        "\"unsafeAllowRsa1024\": true",
    ];
    private static readonly string[] UnsafeSha1 =
    [
        "authorities/sipura.json",
        "\"unsafeAllowSha1Requests\": false",
        "\"unsafeAllowSha1Requests\": true",
    ];

    [Theory]
    [InlineData("SHA256")]
    [InlineData("SHA384")]
    [InlineData("SHA512")]
    public void The_hashes_of_the_policy_are_accepted(string hash) =>
        Assert.Empty(Codes(new RequestBuilder { Hash = new HashAlgorithmName(hash) }));

    [Theory]
    [InlineData("SHA1", "SHA-1")]
    [InlineData("MD5", "1.2.840.113549.1.1.4")]
    public void Broken_hashes_are_refused(string hash, string actual)
    {
        var violation = Assert.Single(Decide(new RequestBuilder { Hash = new HashAlgorithmName(hash) }).Violations);
        Assert.Equal(("request-hash", actual), (violation.Code, violation.Actual));
        Assert.Contains("-sha256", violation.Fix);
    }

    [Fact]
    public void A_signature_that_does_not_verify_is_refused() =>
        Assert.Equal(
            ["proof-of-possession"],
            Codes(new RequestBuilder { SubjectPublicKeyInfo = TestKeys.Other.ExportSubjectPublicKeyInfo() })
        );

    [Fact]
    public void A_key_that_is_not_RSA_is_refused() =>
        Assert.Equal(["key-not-rsa"], Codes(new RequestBuilder { SubjectPublicKeyInfo = TestKeys.Curve.ExportSubjectPublicKeyInfo() }));

    [Fact]
    public void A_key_of_1024_bits_is_refused_with_the_line_that_mends_it()
    {
        var violation = Assert.Single(Decide(new RequestBuilder { Key = TestKeys.Rsa1024 }).Violations);
        Assert.Equal(("key-too-small", "2048 bits or more", "1024 bits"), (violation.Code, violation.Expected, violation.Actual));
        Assert.StartsWith("openssl req -new -newkey rsa:2048 ", violation.Fix);
    }

    [Fact]
    public void A_key_longer_than_the_generation_is_known_to_accept_is_refused()
    {
        Assert.Equal(["key-too-large"], Codes(new RequestBuilder { Key = TestKeys.Rsa3072 }, "SPA962"));
        Assert.Empty(Codes(new RequestBuilder { Key = TestKeys.Rsa3072 }, "SPA504G@7.5.6"));
    }

    [Fact]
    public void Of_several_generations_the_strictest_counts() =>
        Assert.Equal(["key-too-large"], Codes(new RequestBuilder { Key = TestKeys.Rsa3072 }, "SPA962", "SPA504G@7.5.6"));

    [Fact]
    public void A_key_beyond_the_policy_is_refused_unproven()
    {
        var key = Rsa([0x00, .. Enumerable.Repeat((byte)0xFF, 1025)], Asn.Integer(65537));
        Assert.Equal(["key-too-large"], Codes(new RequestBuilder { SubjectPublicKeyInfo = key }, "SPA504G@7.5.6"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(65539)]
    [InlineData(65536)]
    [InlineData(1)]
    [InlineData(4294967297)]
    [InlineData(0x0100000000010001)]
    public void An_exponent_other_than_65537_is_refused(long exponent)
    {
        var request = new RequestBuilder
        {
            SubjectPublicKeyInfo = Rsa([0x00, .. TestKeys.Provider.ExportParameters(false).Modulus!], Asn.Integer(exponent)),
        };
        Assert.Contains("key-exponent", Codes(request));
    }

    [Fact]
    public void An_exponent_longer_than_a_number_of_32_bits_is_quoted_cut()
    {
        var exponent = Asn.RawInteger([0x7F, .. Enumerable.Repeat((byte)0xFF, 1023)]);
        var violations = Decide(
            new RequestBuilder { SubjectPublicKeyInfo = Rsa([0x00, .. TestKeys.Provider.ExportParameters(false).Modulus!], exponent) }
        ).Violations;
        Assert.True(Assert.Single(violations, violation => violation.Code == "key-exponent").Actual.Length < 150);
    }

    [Theory]
    [InlineData(true, false, false, "key-of-authority")]
    [InlineData(false, true, false, "key-of-device")]
    [InlineData(false, false, true, "key-of-another-provider")]
    public void A_key_with_another_history_is_refused_in_every_decision(bool authority, bool device, bool provider, string code)
    {
        var history = new KeyHistory(authority, device, provider);
        Assert.Equal([code], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { KeyHistory = history })));
        Assert.Equal([code], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { KeyHistory = history })));
        Assert.Equal([code], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Station() with { KeyHistory = history })));
        Assert.Equal([code], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Service() with { KeyHistory = history })));
    }

    [Fact]
    public void A_key_of_1024_bits_passes_only_where_every_generation_is_set_unsafe()
    {
        var policy = new IssuancePolicy(ShippedPolicy.With(Unsafe1024[0], Unsafe1024[1], Unsafe1024[2]));
        var request = new RequestBuilder { Key = TestKeys.Rsa1024 };
        Assert.NotNull(policy.Decide(ShippedPolicy.Server(request, "SPA962")).Approved);
        Assert.Equal(["key-too-small"], ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Server(request, "SPA962", "PAP2"))));
        Assert.Equal(["key-too-small"], ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Device(request))));
    }

    [Fact]
    public void SHA_1_passes_only_where_every_generation_is_set_unsafe_and_never_unproven()
    {
        var policy = new IssuancePolicy(ShippedPolicy.With(UnsafeSha1[0], UnsafeSha1[1], UnsafeSha1[2]));
        var request = new RequestBuilder { Hash = HashAlgorithmName.SHA1 };
        Assert.NotNull(policy.Decide(ShippedPolicy.Server(request, "SPA962")).Approved);
        Assert.Equal(["request-hash"], ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Server(request, "SPA962", "PAP2"))));
        Assert.Equal(
            ["request-hash"],
            ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Server(new RequestBuilder { Hash = HashAlgorithmName.MD5 }, "SPA962")))
        );
        Assert.Equal(
            ["proof-of-possession"],
            ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Server(request with { Signature = new byte[256] }, "SPA962")))
        );
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var request = new RequestBuilder
        {
            Key = TestKeys.Rsa1024,
            Hash = HashAlgorithmName.SHA1,
            Signature = new byte[128],
        }
            .WithCommonName("*.evil.org")
            .WithChallengePassword("x")
            .WithExtensions(Asn.AlternativeName(2, "evil.org"), Asn.Extension(ObjectIdentifiers.BasicConstraints, Asn.Sequence(Asn.True)));
        Assert.Equal(
            [
                "proof-of-possession",
                "request-hash",
                "key-too-small",
                "common-name-wildcard",
                "challenge-password",
                "san-foreign",
                "extension-ca",
                "device-unknown",
            ],
            Codes(request, "SPA9999")
        );
    }

    private static byte[] Rsa(byte[] modulus, byte[] exponent) =>
        Asn.Sequence(
            Asn.Sequence(Asn.Oid(ObjectIdentifiers.RsaEncryption), Asn.Null),
            Asn.BitString(Asn.Sequence(Asn.RawInteger(modulus), exponent))
        );

    private static PolicyDecision Decide(RequestBuilder request, params string[] devices) =>
        ShippedPolicy.Policy.Decide(ShippedPolicy.Server(request, devices));

    private static IReadOnlyList<string> Codes(RequestBuilder request, params string[] devices) =>
        ShippedPolicy.Codes(Decide(request, devices));
}
