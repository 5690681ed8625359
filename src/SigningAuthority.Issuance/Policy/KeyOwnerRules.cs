namespace SigningAuthority.Issuance.Policy;

/// <summary>Who else has the key.</summary>
internal sealed class KeyOwnerRules : RuleSet<KeyFacts>
{
    private static readonly Rule AuthorityKey = new("key-of-authority", "authorities/: an authority's key is used for nothing else");
    private static readonly Rule DeviceKey = new("key-of-device", "one device, one key");
    private static readonly Rule SharedKey = new("key-of-another-provider", "one provider's key is no other provider's");

    public KeyOwnerRules()
    {
        Check(facts =>
            facts.History.BelongsToAuthority
                ? AuthorityKey.BrokenBy(
                    KeyFacts.Field,
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
                    KeyFacts.Field,
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
                    KeyFacts.Field,
                    "a key that no other provider has",
                    "a key in use elsewhere",
                    "This key is certified for somebody else already.",
                    facts.NewRequest
                )
                : null
        );
    }
}
