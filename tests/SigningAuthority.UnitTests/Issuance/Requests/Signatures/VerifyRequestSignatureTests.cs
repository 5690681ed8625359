using System.Numerics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Requests.Signatures;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests.Signatures;

/// <summary>The way without an import says what .NET says, on sound, damaged and forged signatures alike.</summary>
public sealed class VerifyRequestSignatureTests
{
    private static readonly byte[] Data = "what a device signed"u8.ToArray();
    private static readonly byte[] DigestInfo =
    [
        .. Convert.FromHexString("3031300D060960864801650304020105000420"),
        .. SHA256.HashData(Data),
    ];

    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(300);

    /// <summary>Encoded messages that a holder of the key can sign and none may be taken for.</summary>
    public static TheoryData<string> Forged => [.. ForgedMessages.Keys];

    private static Dictionary<string, byte[]> ForgedMessages { get; } =
        new()
        {
            // CVE-2006-4339: a verifier that parses stops after the digest and leaves room for a made cube.
            ["garbage after the digest"] = [0, 1, .. Ones(8), 0, .. DigestInfo, .. new byte[256 - 11 - DigestInfo.Length]],
            ["padding of eight octets, digest at the end"] =
            [
                0,
                1,
                .. Ones(8),
                0,
                .. new byte[256 - 11 - DigestInfo.Length],
                .. DigestInfo,
            ],
            ["block type 2"] = [0, 2, .. Ones(253 - DigestInfo.Length), 0, .. DigestInfo],
            ["block type 0"] = [0, 0, .. Ones(253 - DigestInfo.Length), 0, .. DigestInfo],
            ["first octet not zero"] = [1, 1, .. Ones(253 - DigestInfo.Length), 0, .. DigestInfo],
            ["a zero in the padding"] = [0, 1, .. Ones(10), 0, .. Ones(242 - DigestInfo.Length), 0, .. DigestInfo],
            ["an octet of the padding not FF"] = [0, 1, .. Ones(10), 0xFE, .. Ones(242 - DigestInfo.Length), 0, .. DigestInfo],
            ["no separator"] = [0, 1, .. Ones(254 - DigestInfo.Length), .. DigestInfo],
            ["parameters absent"] = Padded([
                .. Convert.FromHexString("302F300B0609608648016503040201"),
                0x04,
                0x20,
                .. SHA256.HashData(Data),
            ]),
            ["another hash named"] = Padded([.. DigestInfo[..14], 0x02, .. DigestInfo[15..]]),
            ["length of the digest in long form"] = Padded([0x30, 0x81, .. DigestInfo[1..]]),
            ["bare digest"] = Padded(SHA256.HashData(Data)),
            ["another digest"] = Padded([.. DigestInfo[..^32], .. SHA256.HashData("another"u8)]),
        };

    [Fact]
    public void The_ordinary_way_is_taken_here() => Assert.True(ModularPower.IsAvailable);

    [Fact]
    public void A_sound_signature_verifies_and_a_damaged_one_does_not_whichever_way() =>
        Prop.ForAll(
                Gen.Elements(TestKeys.Provider, TestKeys.Rsa3072)
                    .SelectMany(key =>
                        Gen.Choose(0, (key.KeySize / 8) - 1).SelectMany(at => Gen.Choose(0, 255).Select(flip => (key, at, flip)))
                    )
                    .ToArbitrary(),
                damage =>
                {
                    var (key, at, flip) = damage;
                    var data = BitConverter.GetBytes((at * 256) + flip);
                    var signature = key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                    signature[at] ^= (byte)flip;
                    return AnswerOf(key, data, signature) == (flip == 0);
                }
            )
            .Check(ManyTimes);

    [Fact]
    public void A_signature_over_other_data_or_by_another_key_does_not_verify()
    {
        var signature = TestKeys.Provider.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.True(AnswerOf(TestKeys.Provider, Data, signature));
        Assert.False(AnswerOf(TestKeys.Provider, [.. Data, 0], signature));
        Assert.False(AnswerOf(TestKeys.Other, Data, signature));
    }

    [Theory]
    [MemberData(nameof(Forged))]
    public void An_encoded_message_that_is_not_the_one_right_one_does_not_verify(string what)
    {
        Assert.Equal(256, ForgedMessages[what].Length);
        Assert.False(AnswerOf(TestKeys.Provider, Data, Raise(ForgedMessages[what])));
    }

    [Fact]
    public void The_one_right_encoded_message_verifies() => Assert.True(AnswerOf(TestKeys.Provider, Data, Raise(Padded(DigestInfo))));

    [Fact]
    public void A_signature_of_another_length_or_not_below_the_modulus_does_not_verify()
    {
        var signature = TestKeys.Provider.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var modulus = TestKeys.Provider.ExportParameters(false).Modulus!;
        Assert.False(AnswerOf(TestKeys.Provider, Data, [0, .. signature]));
        Assert.False(AnswerOf(TestKeys.Provider, Data, [.. signature, 0]));
        Assert.False(AnswerOf(TestKeys.Provider, Data, signature[1..]));
        Assert.False(AnswerOf(TestKeys.Provider, Data, []));
        Assert.False(AnswerOf(TestKeys.Provider, Data, modulus));
        Assert.False(AnswerOf(TestKeys.Provider, Data, [.. Enumerable.Repeat((byte)0xFF, 256)]));
        Assert.False(AnswerOf(TestKeys.Provider, Data, new byte[256]));
        // The same number modulo the modulus, where it fits the octets: RFC 8017 §5.2.2 has one representative only.
        var larger =
            new BigInteger(signature, isUnsigned: true, isBigEndian: true) + new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        if (larger.GetByteCount(isUnsigned: true) == 256)
            Assert.False(AnswerOf(TestKeys.Provider, Data, larger.ToByteArray(isUnsigned: true, isBigEndian: true)));
    }

    [Fact]
    public void Keys_and_hashes_out_of_the_ordinary_are_left_to_the_framework()
    {
        var key = TestKeys.Provider.ExportParameters(false);
        var even = key with { Modulus = [.. key.Modulus![..^1], 0x10] };
        Assert.Null(TryOrdinary(TestKeys.Rsa1024.ExportParameters(false), new byte[128]));
        Assert.Null(TryOrdinary(key with { Exponent = [3] }, new byte[256]));
        Assert.Null(TryOrdinary(key with { Exponent = [0, 1, 0, 1] }, new byte[256]));
        Assert.Null(TryOrdinary(even, new byte[256]));
        Assert.Null(TryOrdinary(key with { Modulus = [0x7F, .. key.Modulus[1..]] }, new byte[256]));
        Assert.Null(VerifyRequestSignature.TryOrdinary(key, HashAlgorithmName.SHA1, Data, new byte[256]));
        Assert.False(VerifyRequestSignature.Run(even, HashAlgorithmName.SHA256, Data, new byte[256]));
        Assert.True(
            VerifyRequestSignature.Run(
                key,
                HashAlgorithmName.SHA512,
                Data,
                TestKeys.Provider.SignData(Data, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)
            )
        );
    }

    private static bool? TryOrdinary(RSAParameters key, byte[] signature) =>
        VerifyRequestSignature.TryOrdinary(key, HashAlgorithmName.SHA256, Data, signature);

    /// <summary>What both ways say; they must agree.</summary>
    private static bool AnswerOf(RSA key, byte[] data, byte[] signature)
    {
        var parameters = key.ExportParameters(false);
        var framework = VerifyRequestSignature.WithFramework(parameters, HashAlgorithmName.SHA256, data, signature);
        Assert.Equal(framework, VerifyRequestSignature.TryOrdinary(parameters, HashAlgorithmName.SHA256, data, signature));
        return framework;
    }

    /// <summary>RSASP1 by hand: whatever the message, as one who holds the key could.</summary>
    private static byte[] Raise(byte[] message)
    {
        var key = TestKeys.Provider.ExportParameters(true);
        var power = BigInteger
            .ModPow(Number(message), Number(key.D!), Number(key.Modulus!))
            .ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[256 - power.Length], .. power];
    }

    private static BigInteger Number(byte[] bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    private static byte[] Padded(byte[] content) => [0, 1, .. Ones(253 - content.Length), 0, .. content];

    private static byte[] Ones(int count) => [.. Enumerable.Repeat((byte)0xFF, count)];
}
