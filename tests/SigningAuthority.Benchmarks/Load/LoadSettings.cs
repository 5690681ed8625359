using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>Against whom, as whom, how long.</summary>
/// <param name="Address">https://127.0.0.1:port.</param>
/// <param name="Root">Whom to trust, PEM.</param>
/// <param name="Certificate">The station's.</param>
internal sealed record LoadSettings(Uri Address, X509Certificate2 Root, X509Certificate2 Certificate, TimeSpan Length)
{
    public static X509Certificate2 ReadStation(string certificate, string key)
    {
        using var file = X509Certificate2.CreateFromPemFile(certificate, key);
        return X509CertificateLoader.LoadPkcs12(file.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>What one load came to.</summary>
/// <param name="Issued">Certificates.</param>
/// <param name="Used">Devices that were sent, whatever became of them.</param>
/// <param name="TurnedAway">Answers of 503 with Retry-After; the device was sent again.</param>
/// <param name="Failed">Any other answer.</param>
/// <param name="Latencies">Milliseconds, sorted; empty for batches.</param>
internal sealed record LoadResult(int Issued, int Used, int TurnedAway, int Failed, TimeSpan Took, double[] Latencies)
{
    public double Percentile(double share) =>
        Latencies.Length == 0 ? double.NaN : Latencies[Math.Min(Latencies.Length - 1, (int)(Latencies.Length * share))];
}
