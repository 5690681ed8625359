using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Outreach.Health;
using SigningAuthority.Outreach.Http;
using SigningAuthority.Outreach.Work;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Outreach.Notices;

/// <summary>Delivers what is due, by webhook or mail. What fails is written down, tried again for days, and then given up in the open.</summary>
internal sealed class DeliverNotices(
    NoticeDeliveries deliveries,
    SendWebhook webhook,
    SendMail mail,
    DeliverySettings settings,
    OutreachIdentity identity,
    NoticeMetrics outcomes,
    TimeProvider time,
    OutreachMetrics metrics,
    ILogger<DeliverNotices> logger
) : WorkLoop<ClaimedNotice>(metrics, logger)
{
    protected override string Kind => "notice";

    protected override Task<IReadOnlyList<ClaimedNotice>> ClaimAsync(int limit, CancellationToken cancellation) =>
        deliveries.ClaimAsync(limit, settings.Lease, settings.GiveUpAfter, cancellation);

    protected override async Task DoAsync(ClaimedNotice work, CancellationToken cancellation)
    {
        // Renewed, revoked or no longer wanted since it was planned.
        if (work.End is not null)
        {
            await deliveries.EndedAsync(work, cancellation);
            return;
        }

        try
        {
            await SendAsync(work, cancellation);
        }
        catch (CallRefusedException refusal)
        {
            await RecordFailureAsync(work, $"{refusal.Code}: {refusal.Message}");
            return;
        }

        // Not cancelled by a shutdown: what was sent is recorded. A death here has it sent once more, with the same id.
        outcomes.Attempted(work.Notice.ContactKind, "delivered");
        await deliveries.DeliveredAsync(work, Delivered(work), CancellationToken.None);
    }

    private Task SendAsync(ClaimedNotice work, CancellationToken cancellation) =>
        work.Notice.ContactKind == ContactKind.Webhook ? webhook.RunAsync(work, cancellation) : mail.RunAsync(work, cancellation);

    private async Task RecordFailureAsync(ClaimedNotice work, string reason)
    {
        var delay = RetryTimes.Next(work.Notice.Attempts, work.GiveUpAt - time.GetUtcNow(), settings, Random.Shared.NextDouble());
        outcomes.Attempted(work.Notice.ContactKind, delay is null ? "failed" : "retried");
        if (delay is { } pause)
            await deliveries.PutBackAsync(work, reason, pause, CancellationToken.None);
        else
            await deliveries.FailedAsync(work, reason, Failed(work, reason), CancellationToken.None);
    }

    private NoticeDelivered Delivered(ClaimedNotice work) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = identity.Actor,
            Subject = work.Notice.Certificate?.Fqdn ?? work.Provider,
            RequestId = work.Notice.Certificate?.RequestId.Value,
            Fingerprint = FingerprintOf(work),
            NoticeId = work.Notice.Id,
            Kind = KindOf(work),
            ContactId = work.Notice.ContactId,
            Attempts = work.Notice.Attempts,
            DaysBefore = work.Notice.DaysBefore,
        };

    private NoticeFailed Failed(ClaimedNotice work, string reason) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = identity.Actor,
            Subject = work.Notice.Certificate?.Fqdn ?? work.Provider,
            RequestId = work.Notice.Certificate?.RequestId.Value,
            Fingerprint = FingerprintOf(work),
            NoticeId = work.Notice.Id,
            Kind = KindOf(work),
            ContactId = work.Notice.ContactId,
            Attempts = work.Notice.Attempts,
            Reason = reason,
            DaysBefore = work.Notice.DaysBefore,
        };

    private static string KindOf(ClaimedNotice work) => work.Notice.Kind.ToString().ToLowerInvariant();

    private static string? FingerprintOf(ClaimedNotice work) =>
        work.Notice.Certificate is { } certificate ? Convert.ToHexStringLower(certificate.Sha256) : null;
}
