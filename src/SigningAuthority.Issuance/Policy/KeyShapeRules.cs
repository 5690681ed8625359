using System.Buffers.Binary;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Policy;

/// <summary>The key's type, size and exponent.</summary>
internal sealed class KeyShapeRules : RuleSet<KeyFacts>
{
    // DOMAIN: the old firmware's cipher list is RSA and DHE_RSA only.
    private static readonly Rule NotRsa = new("key-not-rsa", "device firmware: cipher list of RSA and DHE_RSA suites");

    // OpenSSL's default security level refuses less; NIST SP 800-131A rev. 2 §3 disallows less than 2048 bits.
    private static readonly Rule TooSmall = new("key-too-small", "NIST SP 800-131A rev. 2 §3; policies/policy.json key.smallestRsaBits");
    private static readonly Rule TooLarge = new(
        "key-too-large",
        "policies/policy.json key.largestRsaBits; authorities/*.json devicesAccept.largestRsaBits"
    );

    // A modulus of, say, 2047 or 2049 bits comes of a generator that does not keep to any standard; some devices can't load it.
    private static readonly Rule OddSize = new(
        "key-size-not-octets",
        "CA/Browser Forum Baseline Requirements §6.1.5: a modulus size divisible by 8"
    );

    // NIST FIPS 186-5 appendix A.1.1: 2^16 < e < 2^256, odd; 65537 is what every stack verifies fast.
    private static readonly Rule WrongExponent = new("key-exponent", "NIST FIPS 186-5 A.1.1; policies/policy.json key.exponent");

    public KeyShapeRules(KeySettings settings)
    {
        Check(facts =>
            !facts.Key.IsRsa
                ? NotRsa.BrokenBy(
                    KeyFacts.Field,
                    "RSA (" + ObjectIdentifiers.RsaEncryption + ")",
                    facts.Key.Algorithm,
                    "Devices accept RSA keys only.",
                    facts.NewRequest
                )
                : null
        );
        Check(facts => FindInSize(facts, settings));
        Check(facts =>
            facts.Key.IsRsa && !IsExponent(facts.Key.Exponent.Span, settings.Exponent)
                ? WrongExponent.BrokenBy(
                    KeyFacts.Field,
                    settings.Exponent.ToString(),
                    "0x" + Convert.ToHexString(facts.Key.Exponent.Span),
                    "The key's public exponent is not the one accepted.",
                    facts.NewRequest
                )
                : null
        );
    }

    private static IEnumerable<Violation> FindInSize(KeyFacts facts, KeySettings settings)
    {
        var bits = facts.Key.Bits;
        if (!facts.Key.IsRsa)
            yield break;
        if (bits < facts.Tolerance.SmallestBits(settings))
            yield return TooSmall.BrokenBy(
                KeyFacts.Field,
                $"{facts.Tolerance.SmallestBits(settings)} bits or more",
                $"{bits} bits",
                "The key is too short to be safe.",
                facts.NewRequest
            );
        if (bits > facts.Tolerance.LargestBits(settings))
            yield return TooLarge.BrokenBy(
                KeyFacts.Field,
                $"{facts.Tolerance.LargestBits(settings)} bits or fewer",
                $"{bits} bits",
                "The key is longer than the devices asked for are known to accept.",
                facts.NewRequest
            );
        if (bits % 8 != 0)
            yield return OddSize.BrokenBy(
                KeyFacts.Field,
                "a whole number of octets",
                $"{bits} bits",
                "No standard generator makes a modulus of this size.",
                facts.NewRequest
            );
    }

    private static bool IsExponent(ReadOnlySpan<byte> magnitude, int wanted)
    {
        if (magnitude.Length > 4)
            return false;
        Span<byte> padded = stackalloc byte[4];
        padded.Clear();
        magnitude.CopyTo(padded[(4 - magnitude.Length)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(padded) == (uint)wanted;
    }
}
