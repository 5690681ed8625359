using System.Diagnostics.CodeAnalysis;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Production;

/// <summary>Why a unit gets another certificate for another key.</summary>
public enum ReissueReason
{
    /// <summary>The board was thrown away; its address lives on in another.</summary>
    Scrap,

    /// <summary>The unit was worked on again, and made another key.</summary>
    Rework,

    /// <summary>The key or the certificate never arrived whole in the unit.</summary>
    Defect,
}

public static class ReissueReasonNames
{
    /// <summary>As stations write them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<ReissueReason>().Select(reason => reason.Name())];

    /// <summary>As stations write it: "scrap".</summary>
    public static string Name(this ReissueReason reason) => reason.ToString().ToLowerInvariant();

    /// <summary>Why the certificate before is revoked (RFC 5280 §5.3.1): its holder is no more, or has another one.</summary>
    public static RevocationReason ToRevocation(this ReissueReason reason) =>
        reason == ReissueReason.Scrap ? RevocationReason.CessationOfOperation : RevocationReason.Superseded;

    /// <param name="text">Lower case.</param>
    /// <param name="reason">Set when true is returned.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReissueReason reason)
    {
        var found = Enum.GetValues<ReissueReason>().Where(candidate => candidate.Name() == text).ToList();
        reason = found.FirstOrDefault();
        return found.Count == 1;
    }
}
