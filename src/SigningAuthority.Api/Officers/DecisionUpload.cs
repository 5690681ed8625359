using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Officers;

/// <summary>The body of a decision, for the API's description.</summary>
/// <param name="Decision">"approve" or "refuse"; not needed beside a statement.</param>
/// <param name="Reason">3 to 500 printable characters; not needed beside a statement.</param>
/// <param name="At">UTC, as the statement writes it: 2026-11-20T12:00:00Z; not needed beside a statement.</param>
/// <param name="Statement">The text that was signed, as a whole.</param>
/// <param name="Signature">Base64 of the DER: openssl dgst -sha256 -sign officer.key statement.txt | base64 -w0.</param>
internal sealed record DecisionBody(string? Decision, string? Reason, string? At, string? Statement, string Signature);

/// <summary>A decision as an officer sent it.</summary>
/// <param name="Statement">Null where only its variable parts were sent.</param>
internal sealed record DecisionUpload(SentStatement Chosen, string? Statement, byte[] Signature)
{
    private const string Example =
        "{\"decision\": \"approve\", \"reason\": \"checked with the customer\", \"at\": \"2026-11-20T12:00:00Z\", \"signature\": \"MEUC…\"}";

    private static readonly Rule Malformed = new("decision-malformed", "/openapi/v1.json");

    public static async Task<(DecisionUpload? Upload, IReadOnlyList<Violation> Violations)> ReadAsync(HttpRequest request)
    {
        var body = await ReadBody.ReadAsync(request);
        if (body.Defect is { } defect)
            return (null, [defect]);

        using var json = JsonEnvelope.Read(body.Octets, Example);
        var statement = json.Text("statement");
        var chosen =
            statement is null ? Parts(json)
            : SentStatement.TryRead(statement, out var sent) ? sent
            : null;
        var signature = json.Text("signature") is { } text ? Octets(text) : null;
        List<Violation> violations = [.. json.Violations];
        if (json.IsRead && chosen is null)
            violations.Add(
                Malformed.BrokenBy(
                    statement is null ? "decision" : "statement",
                    "\"decision\" (approve or refuse), \"reason\" and \"at\" (2026-11-20T12:00:00Z), or the whole \"statement\"",
                    "something else",
                    "The decision can't be read.",
                    Example
                )
            );
        if (json.IsRead && signature is null)
            violations.Add(
                Malformed.BrokenBy(
                    "signature",
                    "the base64 of an ECDSA signature in DER",
                    "something else",
                    "The decision has no signature that can be read.",
                    "openssl dgst -sha256 -sign officer.key statement.txt | base64 -w0"
                )
            );
        return violations.Count > 0 ? (null, violations) : (new DecisionUpload(chosen!, statement, signature!), []);
    }

    private static SentStatement? Parts(JsonEnvelope json) =>
        json.Text("decision") is ("approve" or "refuse") and var decision
        && json.Text("reason") is { } reason
        && json.Text("at") is { } time
        && ApprovalStatement.TryReadTime(time, out var at)
            ? new SentStatement(decision == "approve" ? OfficerVerdict.Approve : OfficerVerdict.Refuse, reason, at)
            : null;

    private static byte[]? Octets(string base64)
    {
        var octets = new byte[128];
        return base64.Length <= 168 && Convert.TryFromBase64String(base64, octets, out var length) && length > 0 ? octets[..length] : null;
    }
}
