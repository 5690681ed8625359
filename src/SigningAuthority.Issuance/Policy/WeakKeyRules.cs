using SigningAuthority.Issuance.WeakKeys;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// Keys whose private half others can find, however long they are. Not looked for in a key that is too long anyway: a request
/// must not buy unbounded work. About 15 µs for a sound key of 2048 bits, paid at the door and at the key.
/// </summary>
internal sealed class WeakKeyRules : RuleSet<KeyFacts>
{
    // SP 800-89 asks for no factor below 752; a modulus with any small factor is no product of two large primes.
    private static readonly Rule SmallFactor = new(
        "key-small-factor",
        "NIST SP 800-89 §5.3.3; CA/Browser Forum Baseline Requirements §6.1.6"
    );

    // FIPS 186-5 wants |p - q| > 2^(bits/2 - 100); who breaks it as CVE-2022-26320 did is found by Fermat's method.
    private static readonly Rule Close = new(
        "key-close-primes",
        "NIST FIPS 186-5 A.1.3; CVE-2022-26320; policies/policy.json weakKeys.fermatRounds"
    );
    private static readonly Rule Roca = new("key-roca", "CVE-2017-15361");
    private static readonly Rule Blocked = new("key-blocklisted", "policies/policy.json weakKeys.blocklists, such as CVE-2008-0166");

    public WeakKeyRules(KeySettings settings, WeakKeySettings weakKeys, KeyBlocklist blocklist)
    {
        CheckModulus(
            settings,
            (facts, modulus) =>
                SmallFactors.Find(modulus) is { } factor
                    ? SmallFactor.BrokenBy(
                        KeyFacts.Field,
                        "a product of two large primes",
                        $"a multiple of {factor}",
                        "The key's modulus has a small factor: it was damaged, or never made by a sound generator.",
                        facts.NewRequest
                    )
                    : null
        );
        CheckModulus(
            settings,
            (facts, modulus) =>
                ClosePrimes.AreIn(modulus, weakKeys.FermatRounds)
                    ? Close.BrokenBy(
                        KeyFacts.Field,
                        "primes far apart",
                        "primes so close that Fermat's method finds them",
                        "Anybody can compute the private key from this public key.",
                        facts.NewRequest
                    )
                    : null
        );
        CheckModulus(
            settings,
            (facts, modulus) =>
                RocaFingerprint.IsIn(modulus)
                    ? Roca.BrokenBy(
                        KeyFacts.Field,
                        "primes drawn at random",
                        "the fingerprint of a flawed key generator (ROCA)",
                        "The key was made by a chip or token whose keys can be factored; make it in software, or update the token first.",
                        facts.NewRequest
                    )
                    : null
        );
        Check(facts =>
            blocklist.Contains(facts.Key)
                ? Blocked.BrokenBy(
                    KeyFacts.Field,
                    "a key that nobody else has",
                    "a key on a list of published keys",
                    "The private half of this key is known.",
                    facts.NewRequest
                )
                : null
        );
    }

    private void CheckModulus(KeySettings settings, Func<KeyFacts, ReadOnlySpan<byte>, Violation?> find) =>
        Check(facts => facts.Key.IsRsa && facts.Key.Bits <= settings.LargestRsaBits ? find(facts, facts.Key.Modulus.Span) : null);
}
