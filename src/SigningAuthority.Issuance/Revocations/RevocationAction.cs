using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Revocations;

public enum RevocationAction
{
    Revoke,

    /// <summary>Until it is revoked or released; for devices.</summary>
    Hold,

    /// <summary>Ends a hold: the certificate is as good as before.</summary>
    Release,
}

/// <summary>As what somebody asks for a revocation; what each has to show, <see cref="RevocationPolicy"/> says.</summary>
public enum RevocationAsker
{
    /// <summary>For its own servers' certificates. By the front door's word.</summary>
    Provider,

    /// <summary>For units of its orders. By the front door's word.</summary>
    Station,

    /// <summary>By a signed statement.</summary>
    Officer,

    /// <summary>By a command in the key room's house, under a database role of its own.</summary>
    Operator,

    /// <summary>Whoever has the certificate's private key, by a statement signed with it.</summary>
    Possession,

    /// <summary>Another certificate was issued in its place.</summary>
    Succession,
}

public static class RevocationActionNames
{
    /// <summary>As statements and callers write it: "revoke".</summary>
    public static string Name(this RevocationAction action) => action.ToString().ToLowerInvariant();

    /// <summary>The one reason that stands for a hold or a release; null where a reason is to be given.</summary>
    public static RevocationReason? ImpliedReason(this RevocationAction action) =>
        action switch
        {
            RevocationAction.Hold => RevocationReason.CertificateHold,
            RevocationAction.Release => RevocationReason.RemoveFromCrl,
            _ => null,
        };

    /// <summary>For text that was checked before: of a choice of options, or of a table that holds no other.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RevocationAction Parse(string text) =>
        TryParse(text, out var action) ? action : throw new FormatException($"'{text}' is not revoke, hold or release.");

    /// <summary>The same of a reason, as RFC 5280 §5.3.1 spells it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RevocationReason ParseReason(string text) =>
        RevocationReasonNames.TryParse(text, out var reason)
            ? reason
            : throw new FormatException($"'{text}' is no reason of RFC 5280 §5.3.1.");

    /// <param name="text">Lower case.</param>
    /// <param name="action">Set when true is returned.</param>
    public static bool TryParse(string? text, out RevocationAction action)
    {
        var found = Enum.GetValues<RevocationAction>().Where(candidate => candidate.Name() == text).ToList();
        action = found.FirstOrDefault();
        return found.Count == 1;
    }
}
