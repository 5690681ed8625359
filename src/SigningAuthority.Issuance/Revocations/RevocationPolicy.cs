using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Revocations;

/// <summary>
/// Who may have which certificate revoked, and how many: the same at the door, for early and plain answers, and at the key, over the rows that
/// the door wrote. Pure and thread-safe.
/// </summary>
public sealed class RevocationPolicy
{
    private readonly RevocationRules _rules;
    private readonly RecallRules _recalls;

    public RevocationPolicy(AuthorityConfiguration configuration)
    {
        Settings = configuration.Policy.Revocation;
        (_rules, _recalls) = (new RevocationRules(Settings), new RecallRules(Settings));
    }

    public RevocationSettings Settings { get; }

    /// <summary>What speaks against it; empty for nothing.</summary>
    public IReadOnlyList<Violation> FindViolations(RevocationAsk ask, RevocableFacts certificate, RevocationAskerFacts asker) =>
        _rules.FindViolations(new JudgedRevocation(ask, certificate, asker));

    /// <summary>The reasons that somebody may give; none where the action is not theirs.</summary>
    public static IReadOnlyList<RevocationReason> ReasonsOf(RevocationAsker asker, RevocationAction action) =>
        RevocationRules.Reasons(asker, action);

    /// <summary>It is so already: nothing is left to be done.</summary>
    public static bool IsUnchanged(RevocationAction action, RevocationReason reason, RevocationReason? current) =>
        (action, current) switch
        {
            (RevocationAction.Hold, RevocationReason.CertificateHold) => true,
            (RevocationAction.Release, RevocationReason.RemoveFromCrl) => true,
            (RevocationAction.Revoke, null or RevocationReason.CertificateHold or RevocationReason.RemoveFromCrl) => false,
            (RevocationAction.Revoke, RevocationReason.KeyCompromise) => true,
            // A key's loss outweighs every other reason.
            (RevocationAction.Revoke, _) => reason != RevocationReason.KeyCompromise,
            _ => false,
        };

    /// <summary>Whether what was asked for is so.</summary>
    public static bool Holds(RevocationAction action, RevocationReason? current) =>
        action switch
        {
            RevocationAction.Hold => current == RevocationReason.CertificateHold,
            RevocationAction.Release => current is null or RevocationReason.RemoveFromCrl,
            _ => current is not (null or RevocationReason.CertificateHold or RevocationReason.RemoveFromCrl),
        };

    /// <summary>Whether such a change exists at all; a recall passes over the certificates that it doesn't exist for.</summary>
    public static bool IsPossible(RevocationAction action, RevocationReason? current) =>
        action switch
        {
            RevocationAction.Release => current is RevocationReason.CertificateHold or RevocationReason.RemoveFromCrl,
            RevocationAction.Hold => current is null or RevocationReason.CertificateHold or RevocationReason.RemoveFromCrl,
            _ => true,
        };

    /// <summary>What is wrong with one officer's decision on a recall; empty where it counts.</summary>
    public IReadOnlyList<Violation> Judge(RecallEvidence recall, RecallDecision decision) => _recalls.FindViolations((recall, decision));

    /// <summary>What the decisions on a recall come to, those that do not count left out.</summary>
    public RecallStanding StandingOf(RecallEvidence recall)
    {
        var counting = recall.Decisions.Where(decision => !decision.IsRevoked && Judge(recall, decision).Count == 0).ToList();
        return new RecallStanding(
            RecallStanding.Officers,
            counting.Where(decision => decision.Verdict == OfficerVerdict.Approve).Select(decision => decision.Officer).Distinct().Count(),
            counting.Find(decision => decision.Verdict == OfficerVerdict.Refuse)
        );
    }

    /// <summary>RSA PKCS#1 v1.5 with SHA-256 by the key of the certificate that was issued.</summary>
    public static bool IsSignedByHolder(ReadOnlyMemory<byte> certificate, byte[] statement, ReadOnlySpan<byte> signature)
    {
        try
        {
            using var issued = X509CertificateLoader.LoadCertificate(certificate.Span);
            using var key = issued.GetRSAPublicKey();
            return key is not null && key.VerifyData(statement, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
