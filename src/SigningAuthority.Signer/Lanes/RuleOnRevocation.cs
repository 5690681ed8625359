using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Lanes;

/// <summary>What the key room says to one request for revocation, and the entry that tells it. Thread-safe.</summary>
internal sealed class RuleOnRevocation(RevocationPolicy policy, SignerIdentity identity, TimeProvider time)
{
    private static readonly Rule Undecidable = new("revocation-undecidable", "what can't be decided does not happen");

    public RevocationRuling Rule(PendingRevocation pending)
    {
        if (!pending.IsReadable)
            return GiveUp(pending);
        var violations = policy.FindViolations(pending.Ask, pending.Certificate.Facts, pending.Asker);
        if (violations.Count > 0)
            return Refuse(pending, DetailsOf(pending), violations);
        var isUnchanged = RevocationPolicy.IsUnchanged(pending.Ask.Action, pending.Ask.Reason, pending.Certificate.Facts.Current);
        return new RevocationRuling(
            isUnchanged ? RevocationOutcome.Unchanged : RevocationOutcome.Effective,
            [],
            (certificate, since) =>
                ToEntry(pending.Ask.Action, certificate, DetailsOf(pending, certificate, hasOwnEntry: !isUnchanged), since)
        );
    }

    /// <summary>One that nothing can be said to without a fault: it must not keep the others waiting for ever.</summary>
    public RevocationRuling GiveUp(PendingRevocation pending) =>
        Refuse(
            pending,
            BareDetailsOf(pending),
            [
                Undecidable.BrokenBy(
                    "request",
                    "one that can be decided",
                    "a fault",
                    "The request can't be decided.",
                    "call the operator; ask again"
                ),
            ]
        );

    /// <summary>Of a certificate that a recall changes.</summary>
    public LogEntry OfRecall(Recall recall, RevocableCertificate certificate, DateTimeOffset since) =>
        ToEntry(
            recall.Subject.Action,
            certificate,
            new RevocationDetails(
                certificate.Facts.Authority,
                certificate.Facts.SerialNumber.Hex,
                recall.Subject.Reason.Name(),
                "recall",
                recall.Subject.RequestedBy
            )
            {
                RecallId = recall.Id,
            },
            since
        );

    private RevocationRuling Refuse(PendingRevocation pending, RevocationDetails details, IReadOnlyList<Violation> violations) =>
        new(
            RevocationOutcome.Refused,
            violations,
            (_, _) =>
                new RevocationRefused
                {
                    At = time.GetUtcNow(),
                    Actor = identity.Actor,
                    Subject = pending.Certificate.Subject,
                    RequestId = pending.Certificate.RequestId.Value,
                    Mac = pending.Certificate.Mac,
                    Serial = pending.Certificate.Serial,
                    Fingerprint = Convert.ToHexStringLower(pending.Certificate.Sha256),
                    Details = details,
                    Action = pending.Ask.Action.Name(),
                    Violations = [.. violations.Select(v => new LoggedViolation(v.Code, v.Field, v.Expected, v.Actual, v.Source))],
                }
        );

    private LogEntry ToEntry(RevocationAction action, RevocableCertificate certificate, RevocationDetails details, DateTimeOffset since)
    {
        var (at, actor) = (time.GetUtcNow(), identity.Actor);
        LogEntry entry = action switch
        {
            RevocationAction.Hold => new CertificateHeld
            {
                At = at,
                Actor = actor,
                Details = details,
                RevokedAt = since,
            },
            RevocationAction.Release => new CertificateReleased
            {
                At = at,
                Actor = actor,
                Details = details,
                ReleasedAt = since,
            },
            _ => new CertificateRevoked
            {
                At = at,
                Actor = actor,
                Details = details,
                RevokedAt = since,
            },
        };
        return entry with
        {
            Subject = certificate.Subject,
            RequestId = certificate.RequestId.Value,
            Mac = certificate.Mac,
            Serial = certificate.Serial,
            Fingerprint = Convert.ToHexStringLower(certificate.Sha256),
        };
    }

    private static RevocationDetails BareDetailsOf(PendingRevocation pending) =>
        new(
            pending.Certificate.Facts.Authority,
            pending.Certificate.Facts.SerialNumber.Hex,
            pending.Ask.Reason.Name(),
            pending.Ask.Asker.ToString().ToLowerInvariant(),
            pending.Asker.Actor
        );

    /// <summary>What was signed speaks of the certificate that was asked for; another one of the same key names that one instead.</summary>
    /// <param name="pending">The request.</param>
    /// <param name="certificate">The one that was asked for, or another one of its key.</param>
    /// <param name="hasOwnEntry">Whether the one that was asked for has an entry, in which the signature stands; else it stands in the others'.</param>
    private static RevocationDetails DetailsOf(PendingRevocation pending, RevocableCertificate certificate, bool hasOwnEntry)
    {
        var (asked, facts) = (DetailsOf(pending), certificate.Facts);
        return (asked.Authority, asked.SerialNumber) == (facts.Authority, facts.SerialNumber.Hex)
            ? asked
            : asked with
            {
                Authority = facts.Authority,
                SerialNumber = facts.SerialNumber.Hex,
                SameKeyAs = $"{asked.Authority} {asked.SerialNumber}",
                StatementSha256 = hasOwnEntry ? null : asked.StatementSha256,
                Signature = hasOwnEntry ? null : asked.Signature,
            };
    }

    private static RevocationDetails DetailsOf(PendingRevocation pending)
    {
        var statement = StatementOf(pending);
        return BareDetailsOf(pending) with
        {
            Note = pending.Ask.Note,
            Replacement = pending.Replacement,
            StatementSha256 = statement is null ? null : Convert.ToHexStringLower(SHA256.HashData(statement)),
            Signature = statement is null ? (ReadOnlyMemory<byte>?)null : pending.Ask.Signature,
        };
    }

    private static byte[]? StatementOf(PendingRevocation pending)
    {
        var (certificate, ask) = (pending.Certificate.Facts, pending.Ask);
        return (ask.Asker, pending.Asker.Officer, ask.StatedAt) switch
        {
            (RevocationAsker.Possession, _, _) => new PossessionStatement(
                certificate.Authority,
                certificate.SerialNumber,
                ask.Reason
            ).Encode(),
            (RevocationAsker.Officer, { } officer, { } at) => new OfficerRevocationStatement(
                certificate.Authority,
                certificate.SerialNumber,
                ask.Action,
                ask.Reason,
                ask.Note ?? "",
                officer,
                ask.AskerId!.Value,
                at
            ).Encode(),
            _ => null,
        };
    }
}
