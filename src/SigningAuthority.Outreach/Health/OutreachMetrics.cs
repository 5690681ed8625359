using System.Diagnostics.Metrics;

namespace SigningAuthority.Outreach.Health;

/// <summary>What this process counts, as instruments of the meter "SigningAuthority.Outreach": scraped at /metrics, or exported by OTLP.</summary>
internal sealed class OutreachMetrics : IDisposable
{
    public const string MeterName = "SigningAuthority.Outreach";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _done;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _seconds;

    public OutreachMetrics()
    {
        _done = _meter.CreateCounter<long>(
            "signing_authority.outreach.done",
            description: "Work that was claimed and brought to a result."
        );
        _failed = _meter.CreateCounter<long>("signing_authority.outreach.failed", description: "Work cut short by a fault of our own.");
        _seconds = _meter.CreateHistogram<double>("signing_authority.outreach", unit: "s", description: "From claim to result.");
    }

    /// <param name="kind">What kind of work: "name-proof", "address-lookup" and so on.</param>
    public void Done(string kind, TimeSpan took)
    {
        _done.Add(1, new KeyValuePair<string, object?>("kind", kind));
        _seconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
    }

    public void Failed(string kind) => _failed.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Dispose() => _meter.Dispose();
}
