using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

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
        if (note is { Length: > LongestNote })
            yield return EnvelopeRules.NoteTooLong.BrokenBy(
                "note",
                $"at most {LongestNote} characters",
                $"{note.Length} characters",
                "The note is too long.",
                "shorten the note"
            );
        if (note is not null && note.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            yield return EnvelopeRules.NoteNotPrintable.BrokenBy(
                "note",
                "printable characters",
                note,
                "The note has control characters.",
                "write the note in plain text"
            );
        foreach (var violation in FindKeys(("Idempotency-Key", idempotencyKey), ("note", note)))
            yield return violation;
    }

    /// <summary>A private key may be pasted anywhere; it is recognised wherever a text would be kept.</summary>
    public static IEnumerable<Violation> FindKeys(params IEnumerable<(string Field, string? Text)> texts) =>
        from text in texts
        where PrivateKeyText.IsIn(text.Text)
        select EnvelopeRules.PrivateKey.BrokenBy(
            text.Field,
            "no key",
            "a private key (not kept)",
            "This is a private key. It was not stored or logged; but if it has left the machine that made it, make a new one.",
            "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout provserver.key -out provserver.csr -subj /CN=prov.example.com"
        );

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
