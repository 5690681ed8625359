using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Issuance.Ocsp.Lint;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>What an answer says of its certificates, as of a moment at which their states were read. Pure.</summary>
internal static class PlanAnswer
{
    // What was never issued may be a moment later: clients are not to remember it.
    private static readonly TimeSpan UnknownLasts = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(5);

    /// <param name="responder">Who signs.</param>
    /// <param name="ids">As asked.</param>
    /// <param name="statuses">Side by side with the ids.</param>
    /// <param name="nonce">As asked; null for none.</param>
    /// <param name="now">Not before the states were read.</param>
    /// <param name="lasts">From thisUpdate to nextUpdate.</param>
    public static OcspResponsePlan Run(
        Responder responder,
        IReadOnlyList<OcspCertId> ids,
        IReadOnlyList<CertificateStatus> statuses,
        byte[]? nonce,
        DateTimeOffset now,
        TimeSpan lasts
    )
    {
        // Another Signer's clock may be ahead of ours: a revocation is never later than the answer that tells of it, nor either so late that
        // clients say "not valid yet". One that was written down for later than that is told as one of now: it is in force.
        var latest = WholeSeconds(now + ClocksApart);
        statuses = [.. statuses.Select(status => status.RevokedAt > latest ? status with { RevokedAt = latest } : status)];
        var at = statuses.Select(status => status.RevokedAt ?? DateTimeOffset.MinValue).Append(WholeSeconds(now)).Max();
        return new OcspResponsePlan(
            responder.Certificate,
            at,
            [.. ids.Zip(statuses).Select(pair => Plan(responder, pair.First, StatusOf(responder, pair.First, pair.Second), at, lasts))],
            nonce
        );
    }

    private static OcspSingleResponse Plan(
        Responder responder,
        OcspCertId id,
        OcspCertificateStatus status,
        DateTimeOffset at,
        TimeSpan lasts
    )
    {
        var nextUpdate = at + (status is OcspCertificateStatus.Unknown ? UnknownLasts : lasts);
        return new OcspSingleResponse(
            id,
            status,
            at,
            nextUpdate < responder.Certificate.NotAfter ? nextUpdate : responder.Certificate.NotAfter
        );
    }

    /// <summary>"Good" is said of what was issued alone (RFC 6960 §2.2 would allow more), and never of what is revoked or on hold.</summary>
    private static OcspCertificateStatus StatusOf(Responder responder, OcspCertId id, CertificateStatus status) =>
        status.Reason is { } reason && reason != RevocationReason.RemoveFromCrl
            ? new OcspCertificateStatus.Revoked(status.RevokedAt!.Value, reason)
        : status.IsIssued || id.SerialNumber.AsSpan().SequenceEqual(responder.OwnSerialNumber) ? new OcspCertificateStatus.Good()
        : new OcspCertificateStatus.Unknown();

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) =>
        new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
