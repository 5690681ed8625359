using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <summary>The members that each request for revocation has alike.</summary>
internal static class RevocationWords
{
    private static readonly Rule ReasonUnknown = new("revocation-reason", "RFC 5280 §5.3.1: the reasons that this asker may give");
    private static readonly Rule ActionUnknown = new("revocation-action", "/openapi/v1.json");

    /// <summary>Of the member "action"; revoke where there is none.</summary>
    public static RevocationAction? ReadAction(JsonEnvelope json, List<Violation> violations)
    {
        if (json.Text("action") is not { } text)
            return RevocationAction.Revoke;
        if (RevocationActionNames.TryParse(text, out var action))
            return action;
        violations.Add(
            ActionUnknown.BrokenBy("action", "revoke, hold or release", text, "There is no such action.", "{\"action\": \"hold\"}")
        );
        return null;
    }

    /// <summary>Of the member "reason"; a hold and a release have one of their own.</summary>
    public static RevocationReason? ReadReason(
        JsonEnvelope json,
        RevocationAsker asker,
        RevocationAction action,
        List<Violation> violations
    )
    {
        var text = json.Text("reason");
        if (!json.IsRead)
            return null;
        if (text is null && action.ImpliedReason() is { } implied)
            return implied;
        var allowed = RevocationPolicy.ReasonsOf(asker, action);
        if (RevocationReasonNames.TryParse(text, out var reason) && allowed.Contains(reason))
            return reason;
        violations.Add(
            ReasonUnknown.BrokenBy(
                "reason",
                "one of " + string.Join(", ", allowed.Select(candidate => candidate.Name())),
                string.IsNullOrEmpty(text) ? "nothing" : text,
                "This is no reason that you may give.",
                "{\"reason\": \"keyCompromise\"}"
            )
        );
        return null;
    }
}
