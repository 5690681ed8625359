using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Requests;

/// <summary>What stands beside a request: the caller's own key for it, and a note. And which status a broken envelope has.</summary>
internal static class EnvelopeDefects
{
    private const int LongestKey = 255;
    private const int LongestNote = 1000;

    public static IEnumerable<Violation> Find(string? idempotencyKey, string? note)
    {
        if (idempotencyKey is not null && (idempotencyKey.Length is 0 or > LongestKey || idempotencyKey.Any(c => c is < ' ' or > '~')))
            yield return EnvelopeRules.IdempotencyKeySyntax.BrokenBy(
                "Idempotency-Key",
                "1 to 255 printable ASCII characters",
                idempotencyKey,
                "The key can't be used.",
                "Idempotency-Key: $(uuidgen)"
            );
        if (note is not null && (note.Length > LongestNote || note.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))))
            yield return EnvelopeRules.NoteTooLong.BrokenBy(
                "note",
                $"at most {LongestNote} printable characters",
                $"{note.Length} characters",
                "The note is too long, or not printable.",
                "shorten the note"
            );
    }

    /// <summary>Size and form have statuses of their own (RFC 9110 §15.5); everything else is 422.</summary>
    public static ProblemKind KindOf(IReadOnlyList<Violation> violations)
    {
        if (violations.Any(violation => violation.Code == EnvelopeRules.BodyTooLarge.Code || violation.Code == "csr-too-large"))
            return ProblemKinds.TooLarge;
        var isMalformed = violations.Any(violation =>
            violation.Code == EnvelopeRules.JsonMalformed.Code
            || violation.Code == EnvelopeRules.FormMalformed.Code
            || violation.Code == EnvelopeRules.BodyBroken.Code
        );
        return isMalformed ? ProblemKinds.Malformed : ProblemKinds.Refused;
    }
}
