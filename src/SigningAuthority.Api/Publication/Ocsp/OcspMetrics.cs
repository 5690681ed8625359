using System.Diagnostics.Metrics;
using SigningAuthority.Api.Requests;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>What the front door counts of OCSP.</summary>
internal sealed class OcspMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _answered;
    private readonly Histogram<double> _waited;

    public OcspMetrics(IMeterFactory factory, AskKeyRoom keyRoom)
    {
        _meter = factory.Create(RequestMetrics.MeterName);
        _answered = _meter.CreateCounter<long>(
            "signing_authority.ocsp.answers",
            description: "OCSP answers given, by status (RFC 6960 §4.2.1) and source: stored, signed for this question, none."
        );
        _waited = _meter.CreateHistogram<double>(
            "signing_authority.ocsp.wait",
            "s",
            "From a question's passing to the key room until its answer, or until nobody waits any more."
        );
        _meter.CreateObservableGauge(
            "signing_authority.ocsp.waiting",
            () => keyRoom.Waiting,
            description: "Callers that wait for the key room's OCSP answer now."
        );
    }

    public void Answered(OcspOutcome outcome) =>
        _answered.Add(
            1,
            new KeyValuePair<string, object?>("status", outcome.Status.ToString()),
            new KeyValuePair<string, object?>("source", outcome.Source)
        );

    public void Waited(TimeSpan waited, bool isAnswered) =>
        _waited.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("answered", isAnswered));

    public void Dispose() => _meter.Dispose();
}
