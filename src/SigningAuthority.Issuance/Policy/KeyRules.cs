using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>What is asked of every subject's key, whoever asks: one validator for each thing that is looked at.</summary>
internal sealed class KeyRules : RuleSet<KeyFacts>
{
    public KeyRules(AuthorityConfiguration configuration)
    {
        var settings = configuration.Policy.Key;
        Include(new RequestSignatureRules(settings));
        Include(new KeyShapeRules(settings));
        Include(new WeakKeyRules(settings, configuration.Policy.WeakKeys, configuration.BlockedKeys));
        Include(new KeyOwnerRules());
    }
}

/// <summary>What the decision on a key rests on.</summary>
/// <param name="Request">The request that carries the key.</param>
/// <param name="History">Where else the key is known from.</param>
/// <param name="Tolerance">How far the generations asked for widen or narrow the policy's numbers.</param>
/// <param name="NewRequest">What this requester does to get a request that passes.</param>
internal sealed record KeyFacts(CertificationRequest Request, KeyHistory History, KeyTolerance Tolerance, string NewRequest)
{
    /// <summary>Where violations say that the key is.</summary>
    public const string Field = "csr.publicKey";

    public RequestedPublicKey Key => Request.Key;
}

/// <summary>How far the generations asked for widen or narrow the policy's numbers for keys.</summary>
internal readonly record struct KeyTolerance(int LargestRsaBits, bool UnsafeRsa1024, bool UnsafeSha1)
{
    public static KeyTolerance None { get; } = new(int.MaxValue, false, false);

    public int SmallestBits(KeySettings settings) => UnsafeRsa1024 ? 1024 : settings.SmallestRsaBits;

    public int LargestBits(KeySettings settings) => Math.Min(LargestRsaBits, settings.LargestRsaBits);
}
