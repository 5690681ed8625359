using System.Diagnostics.CodeAnalysis;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Why a certificate is revoked: CRLReason of RFC 5280 §5.3.1; the value is the one that is encoded. There is no 7.</summary>
public enum RevocationReason
{
    Unspecified = 0,
    KeyCompromise = 1,
    CaCompromise = 2,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
    CertificateHold = 6,

    /// <summary>Only on a delta CRL: a hold that was released, or an entry whose certificate has expired.</summary>
    RemoveFromCrl = 8,
    PrivilegeWithdrawn = 9,
    AaCompromise = 10,
}

public static class RevocationReasonNames
{
    private static readonly RevocationReason[] s_ofHolders =
    [
        RevocationReason.Unspecified,
        RevocationReason.KeyCompromise,
        RevocationReason.AffiliationChanged,
        RevocationReason.Superseded,
        RevocationReason.CessationOfOperation,
    ];

    /// <summary>Every reason, as RFC 5280 spells it.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<RevocationReason>().Select(reason => reason.Name())];

    /// <summary>
    /// Those that are the holder's to give. The others speak of authorities' keys, of attribute certificates, of privileges that only the
    /// issuer takes away, or of holds.
    /// </summary>
    public static IReadOnlyList<string> OfHolders { get; } = [.. s_ofHolders.Select(reason => reason.Name())];

    /// <summary>As RFC 5280 spells it: "keyCompromise", "cACompromise", "removeFromCRL".</summary>
    public static string Name(this RevocationReason reason) =>
        reason switch
        {
            RevocationReason.CaCompromise => "cACompromise",
            RevocationReason.AaCompromise => "aACompromise",
            RevocationReason.RemoveFromCrl => "removeFromCRL",
            _ => LowerFirst(reason.ToString()),
        };

    /// <param name="text">As RFC 5280 spells it, to the letter.</param>
    /// <param name="reason">Set when true is returned.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out RevocationReason reason) =>
        TryFind(Enum.GetValues<RevocationReason>(), text, out reason);

    /// <summary>As <see cref="TryParse"/>, for <see cref="OfHolders"/> alone.</summary>
    public static bool TryParseOfHolder([NotNullWhen(true)] string? text, out RevocationReason reason) =>
        TryFind(s_ofHolders, text, out reason);

    private static bool TryFind(IEnumerable<RevocationReason> among, string? text, out RevocationReason reason)
    {
        var found = among.Where(candidate => candidate.Name() == text).ToList();
        reason = found.FirstOrDefault();
        return found.Count == 1;
    }

    private static string LowerFirst(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
