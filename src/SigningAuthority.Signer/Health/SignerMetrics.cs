using System.Diagnostics.Metrics;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;

namespace SigningAuthority.Signer.Health;

/// <summary>What the key room counts, as instruments of the meter "SigningAuthority.Signer": scraped at /metrics, or exported by OTLP.</summary>
internal sealed class SignerMetrics : IDisposable
{
    public const string MeterName = "SigningAuthority.Signer";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _claimed;
    private readonly Counter<long> _issued;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _batchSeconds;

    public SignerMetrics(TokenHealth token, LogHealth log, EvidenceHealth evidence, RevocationListHealth lists, TimeProvider time)
    {
        _claimed = _meter.CreateCounter<long>("signing_authority.requests.claimed", description: "Requests claimed from the queue.");
        _issued = _meter.CreateCounter<long>("signing_authority.certificates.issued", description: "Certificates signed and committed.");
        _refused = _meter.CreateCounter<long>(
            "signing_authority.requests.refused_at_key",
            description: "Requests refused by policy at the key."
        );
        _failed = _meter.CreateCounter<long>("signing_authority.batches.failed", description: "Batches cut short by a fault.");
        _batchSeconds = _meter.CreateHistogram<double>(
            "signing_authority.batch",
            unit: "s",
            description: "From claim to the last commit of a batch."
        );
        _meter.CreateObservableGauge(
            "signing_authority.token.ok",
            () => token.Current.IsOk ? 1 : 0,
            description: "1 while the token answers."
        );
        _meter.CreateObservableCounter(
            "signing_authority.log.entries_sealed",
            () => log.Current.Sealed,
            description: "Log entries that this Signer gave their place."
        );
        _meter.CreateObservableGauge(
            "signing_authority.log.ok",
            () => log.Current.IsOk ? 1 : 0,
            description: "1 while the log is sealed; 0 when the state of the log is not what was signed so far."
        );
        _meter.CreateObservableGauge(
            "signing_authority.reconciliation.differences",
            () => evidence.Current?.Differences ?? 0,
            description: "Differences between what was signed, recorded and logged, as the last reconciliation found them."
        );
        _meter.CreateObservableGauge(
            "signing_authority.crl.age",
            () => lists.Current.Select(list => Measure(list, time.GetUtcNow() - list.ThisUpdate)),
            unit: "s",
            description: "Since the newest revocation list's thisUpdate."
        );
        _meter.CreateObservableGauge(
            "signing_authority.crl.next_update",
            () => lists.Current.Select(list => Measure(list, list.NextUpdate - time.GetUtcNow())),
            unit: "s",
            description: "Until the newest revocation list's nextUpdate; with 0 verifiers stop."
        );
    }

    public void BatchDone(Lane lane, int claimed, int issued, int refused, TimeSpan took)
    {
        var tag = new KeyValuePair<string, object?>("lane", lane.ToString());
        _claimed.Add(claimed, tag);
        _issued.Add(issued, tag);
        _refused.Add(refused, tag);
        _batchSeconds.Record(took.TotalSeconds, tag);
    }

    public void BatchFailed(Lane lane) => _failed.Add(1, new KeyValuePair<string, object?>("lane", lane.ToString()));

    private static Measurement<double> Measure(RevocationListState list, TimeSpan time) =>
        new(
            Math.Round(time.TotalSeconds),
            new KeyValuePair<string, object?>("authority", list.Authority),
            new KeyValuePair<string, object?>("list", list.List)
        );

    public void Dispose() => _meter.Dispose();
}
