using System.Diagnostics.Metrics;
using SigningAuthority.Outreach.Health;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Outreach.Notices;

/// <summary>What became of attempts to deliver notices.</summary>
internal sealed class NoticeMetrics : IDisposable
{
    private readonly Meter _meter = new(OutreachMetrics.MeterName);
    private readonly Counter<long> _attempts;

    public NoticeMetrics() =>
        _attempts = _meter.CreateCounter<long>(
            "signing_authority.notices.attempts",
            description: "Attempts to deliver notices, by kind of contact and outcome: delivered, retried, failed (given up)."
        );

    public void Attempted(ContactKind contact, string outcome) =>
        _attempts.Add(
            1,
            new KeyValuePair<string, object?>("contact", contact.ToString().ToLowerInvariant()),
            new KeyValuePair<string, object?>("outcome", outcome)
        );

    public void Dispose() => _meter.Dispose();
}
