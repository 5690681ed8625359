using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Revocations;

/// <summary>The members that officers' signed statements have alike.</summary>
/// <param name="At">As the statement says it; whole seconds.</param>
/// <param name="Signature">ECDSA with SHA-256, DER.</param>
internal sealed record SignedWords(DateTimeOffset At, byte[] Signature)
{
    private const int LongestSignature = 128;

    private static readonly Rule Malformed = new("decision-malformed", "/openapi/v1.json");

    public static SignedWords? Read(JsonEnvelope json, List<Violation> violations)
    {
        var (time, text) = (json.Text("at"), json.Text("signature"));
        if (!json.IsRead)
            return null;
        var octets = new byte[LongestSignature];
        var isTime = ApprovalStatement.TryReadTime(time ?? "", out var at);
        var length = 0;
        var isSignature = text is { Length: <= 168 } && Convert.TryFromBase64String(text, octets, out length) && length > 0;
        if (!isTime)
            violations.Add(
                Malformed.BrokenBy(
                    "at",
                    "the statement's time: 2026-11-20T12:00:00Z",
                    time ?? "nothing",
                    "The time can't be read.",
                    "date -u +%FT%TZ"
                )
            );
        if (!isSignature)
            violations.Add(
                Malformed.BrokenBy(
                    "signature",
                    "the base64 of an ECDSA signature in DER",
                    text is null ? "nothing" : "something else",
                    "There is no signature that can be read.",
                    "openssl dgst -sha256 -sign officer.key statement.txt | base64 -w0"
                )
            );
        return isTime && isSignature ? new SignedWords(at, octets[..length]) : null;
    }
}
