using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>A unit that does not exist, as its station asks for it.</summary>
/// <param name="PublicKey">SubjectPublicKeyInfo.</param>
internal sealed record SimulatedDevice(int Number, DeviceRequest Request, byte[] PublicKey);

/// <summary>Units of a line: addresses and serial numbers counted on from the first, and a test key each.</summary>
internal sealed class SimulatedLine(LinePlan plan)
{
    private const int MostAhead = 512;

    private readonly PairedPrimes _keys = new(plan.Primes);
    private readonly long _firstMac = long.Parse(plan.FirstMac, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The units of those numbers, in any order, made ahead by every processor so that no station waits for a key.</summary>
    public IAsyncEnumerable<SimulatedDevice> MakeAheadAsync(IEnumerable<int> numbers, CancellationToken cancellation)
    {
        var made = Channel.CreateBounded<SimulatedDevice>(MostAhead);
        _ = Parallel
            .ForEachAsync(numbers, cancellation, async (number, stop) => await made.Writer.WriteAsync(Make(number), stop))
            .ContinueWith(all => made.Writer.Complete(all.Exception?.InnerException), TaskScheduler.Default);
        return made.Reader.ReadAllAsync(cancellation);
    }

    /// <summary>The same number gives the same unit.</summary>
    private SimulatedDevice Make(int number)
    {
        var mac = (_firstMac + number).ToString("X12", CultureInfo.InvariantCulture);
        using var key = _keys.Key(number);
        var csr = new CertificateRequest("CN=" + mac, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        // The last six digits of the address, as a label would number the units of one OUI; never a run of 12.
        var serial = "SIM" + mac[6..];
        return new SimulatedDevice(
            number,
            new DeviceRequest(mac, serial, plan.Product, csr.CreateSigningRequestPem(), plan.Order),
            key.ExportSubjectPublicKeyInfo()
        );
    }
}
