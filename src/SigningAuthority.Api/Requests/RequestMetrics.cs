using System.Diagnostics.Metrics;

namespace SigningAuthority.Api.Requests;

/// <summary>What the front door counts.</summary>
internal sealed class RequestMetrics : IDisposable
{
    public const string MeterName = "SigningAuthority.Api";

    private readonly Meter _meter;
    private readonly Counter<long> _answered;
    private readonly Histogram<double> _waited;

    public RequestMetrics(IMeterFactory factory, FinishedRequests finished)
    {
        _meter = factory.Create(MeterName);
        _answered = _meter.CreateCounter<long>(
            "signing_authority.requests",
            description: "Signing requests answered, by caller and outcome."
        );
        _waited = _meter.CreateHistogram<double>(
            "signing_authority.request.wait",
            "s",
            "From a request's arrival until its certificates were there."
        );
        _meter.CreateObservableGauge(
            "signing_authority.requests.waiting",
            () => finished.Waiting,
            description: "Requests that a caller waits for now."
        );
    }

    /// <param name="actor">Only its kind is kept: "provider", "station".</param>
    /// <param name="outcome">"accepted", "repeated", "refused", "issued", "conflict", "queued", "failed", "turned-away".</param>
    public void Answered(string actor, string outcome)
    {
        var slash = actor.IndexOf('/');
        _answered.Add(
            1,
            new KeyValuePair<string, object?>("caller", slash < 0 ? actor : actor[..slash]),
            new KeyValuePair<string, object?>("outcome", outcome)
        );
    }

    public void Waited(string caller, TimeSpan time) =>
        _waited.Record(time.TotalSeconds, new KeyValuePair<string, object?>("caller", caller));

    public void Dispose() => _meter.Dispose();
}
