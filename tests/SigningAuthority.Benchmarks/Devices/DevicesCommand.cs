using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.Client.Stations.Simulation;

namespace SigningAuthority.Benchmarks.Devices;

/// <summary>devices: writes a file of devices, each with a key of its own and a CSR made ahead; one line a device, all of one length.</summary>
internal static class DevicesCommand
{
    private const int LinesAtATime = 2000;

    public static Command Create()
    {
        var count = new Option<int>("--count") { Required = true };
        var file = new Option<FileInfo>("--file") { Required = true };
        var command = new Command("devices", "Makes devices with CSRs, unless the file holds that many already.") { count, file };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(count), parsed.GetValue(file)!.FullName, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int count, string path, CancellationToken cancellation)
    {
        if (File.Exists(path) && new DeviceFile(path).Count >= count)
            return 0;

        var keys = new PairedPrimes(PairedPrimes.Draw(count));
        var unfinished = path + ".new";
        await using (var file = File.Create(unfinished))
        {
            for (var first = 0; first < count; first += LinesAtATime)
            {
                foreach (var line in Lines(keys, first, Math.Min(LinesAtATime, count - first)))
                    await file.WriteAsync(line, cancellation);
            }
        }

        File.Move(unfinished, path, overwrite: true);
        return 0;
    }

    private static ParallelQuery<byte[]> Lines(PairedPrimes keys, int first, int count) =>
        Enumerable.Range(first, count).AsParallel().AsOrdered().Select(number => Line(keys, number));

    private static byte[] Line(PairedPrimes keys, int number)
    {
        // The lowest addresses of the OUI; the growth mode's rows lie above them, the test range at its end.
        var mac = $"000E08{number:X6}";
        using var key = keys.Key(number);
        var request = new CertificateRequest("CN=" + mac, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var csr = Convert.ToBase64String(request.CreateSigningRequest());
        return Encoding.ASCII.GetBytes($$"""{"mac":"{{mac}}","serial":"FM5{{number:D9}}","product":"SPA962","csr":"{{csr}}"}""" + "\n");
    }
}
