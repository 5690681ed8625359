using System.Buffers.Binary;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>What is asked of every subject's key and of the proof that the requester holds it.</summary>
internal sealed class KeyRules : RuleSet<(CertificationRequest Request, KeyHistory History, KeyTolerance Tolerance, string NewRequest)>
{
    private const string Field = "csr.publicKey";

    // RFC 2986 §3, note 2: the signature keeps an entity from asking for a certificate for another party's key.
    private static readonly Rule ProofFails = new("proof-of-possession", "RFC 2986 §3");

    // DOMAIN: the old firmware's cipher list is RSA and DHE_RSA only.
    private static readonly Rule NotRsa = new("key-not-rsa", "device firmware: cipher list of RSA and DHE_RSA suites");

    // OpenSSL's default security level refuses less; NIST SP 800-131A rev. 2 §3 disallows less than 2048 bits.
    private static readonly Rule TooSmall = new("key-too-small", "NIST SP 800-131A rev. 2 §3; policies/policy.json key.smallestRsaBits");
    private static readonly Rule TooLarge = new(
        "key-too-large",
        "policies/policy.json key.largestRsaBits; authorities/*.json devicesAccept.largestRsaBits"
    );

    // NIST FIPS 186-5 appendix A.1.1: 2^16 < e < 2^256, odd; 65537 is what every stack verifies fast.
    private static readonly Rule WrongExponent = new("key-exponent", "NIST FIPS 186-5 A.1.1; policies/policy.json key.exponent");

    // RFC 6194 §2: SHA-1 no longer gives collision resistance.
    private static readonly Rule WeakHash = new("request-hash", "RFC 6194 §2; policies/policy.json key.requestHashes");

    private static readonly Rule AuthorityKey = new("key-of-authority", "authorities/: an authority's key is used for nothing else");
    private static readonly Rule DeviceKey = new("key-of-device", "one device, one key");
    private static readonly Rule SharedKey = new("key-of-another-provider", "one provider's key is no other provider's");

    // RFC 2985 §5.4.1: a password for revoking by; this authority has no such procedure and must not hold it.
    private static readonly Rule ChallengePassword = new("challenge-password", "RFC 2985 §5.4.1");

    public KeyRules(KeySettings settings)
    {
        Check(facts =>
            facts.Request.ProofOfPossession == ProofOfPossession.Failed
                ? ProofFails.BrokenBy(
                    "csr.signature",
                    "a signature by the key in the request",
                    "one that does not verify",
                    "The request is not signed with the key it carries.",
                    "openssl req -in provserver.csr -noout -verify"
                )
                : null
        );

        Check(facts =>
            !facts.Request.Key.IsRsa
                ? NotRsa.BrokenBy(
                    Field,
                    "RSA (" + ObjectIdentifiers.RsaEncryption + ")",
                    facts.Request.Key.Algorithm,
                    "Devices accept RSA keys only.",
                    facts.NewRequest
                )
                : null
        );

        Check(facts =>
            facts.Request.Key.IsRsa && facts.Request.Key.Bits < facts.Tolerance.SmallestBits(settings)
                ? TooSmall.BrokenBy(
                    Field,
                    $"{facts.Tolerance.SmallestBits(settings)} bits or more",
                    $"{facts.Request.Key.Bits} bits",
                    "The key is too short to be safe.",
                    facts.NewRequest
                )
                : null
        );

        Check(facts =>
            facts.Request.Key.Bits > facts.Tolerance.LargestBits(settings)
                ? TooLarge.BrokenBy(
                    Field,
                    $"{facts.Tolerance.LargestBits(settings)} bits or fewer",
                    $"{facts.Request.Key.Bits} bits",
                    "The key is longer than the devices asked for are known to accept.",
                    facts.NewRequest
                )
                : null
        );

        Check(facts =>
            facts.Request.Key.IsRsa && !IsExponent(facts.Request.Key.Exponent.Span, settings.Exponent)
                ? WrongExponent.BrokenBy(
                    Field,
                    settings.Exponent.ToString(),
                    "0x" + Convert.ToHexString(facts.Request.Key.Exponent.Span),
                    "The key's public exponent is not the one accepted.",
                    facts.NewRequest
                )
                : null
        );

        Check(facts =>
            HashName(facts.Request.SignatureAlgorithm) is var hash
            && !settings.RequestHashes.Contains(hash)
            && !(facts.Tolerance.UnsafeSha1 && hash == "SHA-1")
            && facts.Request.Key.IsRsa
                ? WeakHash.BrokenBy(
                    "csr.signatureAlgorithm",
                    string.Join(", ", settings.RequestHashes) + " with RSA (PKCS#1 v1.5)",
                    hash,
                    "The request is signed with a hash that is not accepted.",
                    facts.NewRequest
                )
                : null
        );

        Check(facts =>
            facts.Request.Attributes.HasChallengePassword
                ? ChallengePassword.BrokenBy(
                    "csr.attributes.challengePassword",
                    "none",
                    "present (not kept)",
                    "A challenge password is a secret that this authority must not be given.",
                    "openssl req -new … and leave \"A challenge password []\" empty"
                )
                : null
        );

        Check(facts =>
            facts.History.BelongsToAuthority
                ? AuthorityKey.BrokenBy(
                    Field,
                    "a key of your own",
                    "the key of one of our authorities",
                    "This key belongs to an authority.",
                    facts.NewRequest
                )
                : null
        );
        Check(facts =>
            facts.History.CertifiedForDevice
                ? DeviceKey.BrokenBy(
                    Field,
                    "a key that no other device has",
                    "a device's key",
                    "This key is certified for a device already.",
                    facts.NewRequest
                )
                : null
        );
        Check(facts =>
            facts.History.CertifiedForAnotherProvider
                ? SharedKey.BrokenBy(
                    Field,
                    "a key that no other provider has",
                    "a key in use elsewhere",
                    "This key is certified for somebody else already.",
                    facts.NewRequest
                )
                : null
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

    private static string HashName(string algorithm) =>
        algorithm switch
        {
            ObjectIdentifiers.Sha256WithRsa => "SHA-256",
            ObjectIdentifiers.Sha384WithRsa => "SHA-384",
            ObjectIdentifiers.Sha512WithRsa => "SHA-512",
            ObjectIdentifiers.Sha1WithRsa => "SHA-1",
            _ => algorithm,
        };
}

/// <summary>How far the generations asked for widen or narrow the policy's numbers for keys.</summary>
internal readonly record struct KeyTolerance(int LargestRsaBits, bool UnsafeRsa1024, bool UnsafeSha1)
{
    public static KeyTolerance None { get; } = new(int.MaxValue, false, false);

    public int SmallestBits(KeySettings settings) => UnsafeRsa1024 ? 1024 : settings.SmallestRsaBits;

    public int LargestBits(KeySettings settings) => Math.Min(LargestRsaBits, settings.LargestRsaBits);
}
