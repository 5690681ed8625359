using System.Diagnostics.CodeAnalysis;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>
/// Why a certificate's holder wants it revoked: those of the CRLReason values of RFC 5280 §5.3.1 that are the holder's to give. The others
/// speak of authorities' keys, of attribute certificates, of privileges that only the issuer takes away, or of holds, which are not offered.
/// </summary>
public enum RevocationReason
{
    Unspecified = 0,
    KeyCompromise = 1,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
}

public static class RevocationReasonNames
{
    /// <summary>As RFC 5280 spells them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<RevocationReason>().Select(reason => reason.Name())];

    /// <summary>As RFC 5280 spells it: "keyCompromise".</summary>
    public static string Name(this RevocationReason reason)
    {
        var name = reason.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <param name="text">As RFC 5280 spells it, to the letter.</param>
    /// <param name="reason">Set when true is returned.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out RevocationReason reason)
    {
        var found = Enum.GetValues<RevocationReason>().Where(candidate => candidate.Name() == text).ToList();
        reason = found.FirstOrDefault();
        return found.Count == 1;
    }
}
