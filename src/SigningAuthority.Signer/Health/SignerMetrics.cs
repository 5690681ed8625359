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

    public SignerMetrics(TokenHealth token, LogHealth log)
    {
        _claimed = _meter.CreateCounter<long>("signingauthority_requests_claimed", description: "Requests claimed from the queue.");
        _issued = _meter.CreateCounter<long>("signingauthority_certificates_issued", description: "Certificates signed and committed.");
        _refused = _meter.CreateCounter<long>("signingauthority_requests_refused", description: "Requests refused by policy at the key.");
        _failed = _meter.CreateCounter<long>("signingauthority_batches_failed", description: "Batches cut short by a fault.");
        _batchSeconds = _meter.CreateHistogram<double>("signingauthority_batch_seconds", unit: "s", description: "From claim to the last commit of a batch.");
        _meter.CreateObservableGauge("signingauthority_token_ok", () => token.Current.IsOk ? 1 : 0, description: "1 while the token answers.");
        _meter.CreateObservableCounter("signingauthority_log_entries_sealed", () => log.Current.Sealed, description: "Log entries that this Signer gave their place.");
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

    public void Dispose() => _meter.Dispose();
}
