using System.CommandLine;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators.Revocations;

/// <summary>Why, and how it is told.</summary>
internal static class RevocationWords
{
    private const int LongestNote = 1000;

    public static Option<string?> Reason() =>
        new("--reason")
        {
            Description =
                string.Join(", ", RevocationRulesOf(RevocationAction.Revoke).Select(reason => reason.Name()))
                + " (RFC 5280 §5.3.1). Needed to revoke.",
        };

    public static Option<string?> Note() => new("--note") { Description = "Why, in your words: kept in the log." };

    /// <exception cref="OperatorException">There is none, or not that one.</exception>
    public static RevocationReason Read(RevocationAction action, string? text)
    {
        if (action.ImpliedReason() is { } implied)
            return text is null || text == implied.Name()
                ? implied
                : throw new OperatorException("A hold and a release have no reason to give.");
        return RevocationReasonNames.TryParse(text, out var reason) && RevocationRulesOf(action).Contains(reason)
            ? reason
            : throw new OperatorException(
                $"--reason is one of {string.Join(", ", RevocationRulesOf(action).Select(candidate => candidate.Name()))}."
            );
    }

    /// <exception cref="OperatorException">The note is too long.</exception>
    public static string? ReadNote(string? text) =>
        text is { Length: > LongestNote } ? throw new OperatorException($"--note has at most {LongestNote} characters.") : text;

    /// <summary>One certificate on a line.</summary>
    public static string Describe(RevocableCertificate found) =>
        $"{found.Facts.Authority} {found.Facts.SerialNumber.Hex} {found.Subject ?? "-"} {found.Serial ?? "-"} {Standing(found)}";

    public static string Standing(RevocableCertificate found) =>
        found.Facts.Current switch
        {
            null => "good",
            RevocationReason.CertificateHold => $"on hold since {found.RevokedAt:yyyy-MM-ddTHH:mm:ssZ}",
            RevocationReason.RemoveFromCrl => $"released {found.RevokedAt:yyyy-MM-ddTHH:mm:ssZ}",
            { } reason => $"revoked {found.RevokedAt:yyyy-MM-ddTHH:mm:ssZ} {reason.Name()}",
        };

    private static IReadOnlyList<RevocationReason> RevocationRulesOf(RevocationAction action) =>
        RevocationPolicy.ReasonsOf(RevocationAsker.Operator, action);
}
