using System.Numerics;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.UnitTests.Issuance.Configuration;
using SigningAuthority.UnitTests.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.WeakKeys;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

/// <summary>Keys that are long enough and weak all the same, in requests that are signed with them: the proof of possession holds.</summary>
public sealed class WeakKeyRulesTests
{
    private static readonly Lazy<RSA> RocaKey = new(() => MadeModuli.ToKey(MadeModuli.RocaPrimes(2048)));
    private static readonly Lazy<RSA> CloseKey = new(() => MadeModuli.ToKey(MadeModuli.PrimesApart(2048, BigInteger.One << 500)));

    [Fact]
    public void A_key_with_the_ROCA_fingerprint_is_refused_in_every_decision() => AssertRefused("key-roca", RocaKey.Value);

    [Fact]
    public void A_key_of_close_primes_is_refused_in_every_decision() => AssertRefused("key-close-primes", CloseKey.Value);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(751)]
    [InlineData(8191)]
    public void A_modulus_with_a_small_factor_is_refused_and_the_factor_said(int factor)
    {
        var sound = new BigInteger(TestKeys.Provider.ExportParameters(false).Modulus!, isUnsigned: true, isBigEndian: true);
        var violation = Assert.Single(Decide(Spki(sound * factor)).Violations, found => found.Code == "key-small-factor");
        Assert.Equal($"a multiple of {factor}", violation.Actual);
    }

    [Fact]
    public void A_modulus_of_a_size_that_is_no_whole_number_of_octets_is_refused()
    {
        var sound = new BigInteger(TestKeys.Rsa3072.ExportParameters(false).Modulus!, isUnsigned: true, isBigEndian: true);
        var violations = ShippedPolicy
            .Policy.Decide(ShippedPolicy.Server(new RequestBuilder { SubjectPublicKeyInfo = Spki((sound >> 1) | 1) }, "SPA504G@7.5.6"))
            .Violations;
        Assert.Equal("3071 bits", Assert.Single(violations, found => found.Code == "key-size-not-octets").Actual);
    }

    [Fact]
    public void Every_weakness_is_said_beside_a_key_that_is_too_short()
    {
        var key = MadeModuli.ToKey(MadeModuli.RocaPrimes(1024));
        Assert.Equal(["key-too-small", "key-roca"], ShippedPolicy.Codes(Decide(new RequestBuilder { Key = key })));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(255)]
    public void A_modulus_that_is_no_key_at_all_is_refused(int modulus) =>
        Assert.Contains("key-too-small", ShippedPolicy.Codes(Decide(Spki(modulus))));

    [Theory]
    [InlineData("the last 20 digits of the modulus' SHA-1, as Debian's lists have it")]
    [InlineData("the modulus' SHA-1")]
    [InlineData("the key's SHA-256")]
    public void A_key_on_a_list_is_refused_in_every_decision(string kind)
    {
        var sha1 = OpenSsl.RunInShell("sha1sum", Path.GetTempPath(), ModulusLine(TestKeys.Provider))[..40];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(TestKeys.Provider.ExportSubjectPublicKeyInfo()));
        var line =
            kind.Contains("SHA-256") ? sha256
            : kind.Contains("20") ? sha1[20..]
            : sha1;
        using var folder = new ConfigurationFolder();
        folder.AddBlocklist($"# RSA-2048, a made list\n\n{line}\n0123456789abcdef0123\n");

        var policy = new IssuancePolicy(SigningAuthority.Issuance.Configuration.AuthorityConfiguration.Load(folder.Path));
        AssertRefused("key-blocklisted", TestKeys.Provider, policy);
        Assert.NotNull(policy.Decide(ShippedPolicy.Server(new RequestBuilder { Key = TestKeys.Other })).Approved);
    }

    [Fact]
    public void The_line_that_a_list_names_a_key_by_is_the_one_openssl_prints() =>
        Assert.Equal(
            ModulusLine(TestKeys.Provider),
            OpenSsl.Run("rsa -pubin -noout -modulus", TestKeys.Provider.ExportSubjectPublicKeyInfoPem())
        );

    private static string ModulusLine(RSA key) => $"Modulus={Convert.ToHexString(key.ExportParameters(false).Modulus!)}\n";

    private static void AssertRefused(string code, RSA key, IssuancePolicy? policy = null)
    {
        var decisions = policy ?? ShippedPolicy.Policy;
        var request = new RequestBuilder { Key = key };
        string[] expected = [code];
        Assert.Equal(expected, ShippedPolicy.Codes(decisions.Decide(ShippedPolicy.Server(request))));
        Assert.Equal(expected, ShippedPolicy.Codes(decisions.Decide(ShippedPolicy.Device(request.WithCommonName("SPA504G")))));
        Assert.Equal(
            expected,
            ShippedPolicy.Codes(decisions.Decide(ShippedPolicy.Station() with { Request = request.WithCommonName("line-1").Read() }))
        );
    }

    private static PolicyDecision Decide(byte[] spki) => Decide(new RequestBuilder { SubjectPublicKeyInfo = spki });

    private static PolicyDecision Decide(RequestBuilder request) => ShippedPolicy.Policy.Decide(ShippedPolicy.Server(request));

    private static byte[] Spki(BigInteger modulus) =>
        Asn.Sequence(
            Asn.Sequence(Asn.Oid(ObjectIdentifiers.RsaEncryption), Asn.Null),
            Asn.BitString(Asn.Sequence(Asn.RawInteger(modulus.ToByteArray(isBigEndian: true)), Asn.Integer(65537)))
        );
}
