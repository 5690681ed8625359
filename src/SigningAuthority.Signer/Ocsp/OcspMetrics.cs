using System.Diagnostics.Metrics;
using SigningAuthority.Signer.Health;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>What the key room counts of OCSP, in the Signer's meter.</summary>
internal sealed class OcspMetrics : IDisposable
{
    private readonly Meter _meter = new(SignerMetrics.MeterName);
    private readonly Counter<long> _signed;

    public OcspMetrics(KeptResponders kept, TimeProvider time)
    {
        _signed = _meter.CreateCounter<long>("signing_authority.ocsp.signed", description: "OCSP answers signed, by authority.");
        _meter.CreateObservableGauge(
            "signing_authority.ocsp.responder.left",
            () =>
                kept.Current.Values.Select(responder => new Measurement<double>(
                    (responder.Certificate.NotAfter - time.GetUtcNow()).TotalSeconds,
                    new KeyValuePair<string, object?>("authority", responder.Authority)
                )),
            unit: "s",
            description: "Until the end of the certificate that answers are signed under, by authority."
        );
    }

    public void Signed(string authority) => _signed.Add(1, new KeyValuePair<string, object?>("authority", authority));

    public void Dispose() => _meter.Dispose();
}
