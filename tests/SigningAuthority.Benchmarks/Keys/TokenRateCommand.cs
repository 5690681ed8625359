using System.CommandLine;
using System.Diagnostics;
using SigningAuthority.Signer.Keys;

namespace SigningAuthority.Benchmarks.Keys;

/// <summary>token-rate: how fast a PKCS#11 token signs when nothing else is asked of it, with one session a thread.</summary>
internal static class TokenRateCommand
{
    private const int OctetsOfCertificate = 700;

    public static Command Create()
    {
        var module = new Option<string>("--module") { Required = true };
        var token = new Option<string>("--token") { Required = true };
        var pin = new Option<string>("--pin-file") { Required = true };
        var label = new Option<string>("--key") { Required = true };
        var threads = new Option<int>("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 5 };
        var command = new Command("token-rate", "Prints signatures a second.") { module, token, pin, label, threads, seconds };
        command.SetAction(parsed =>
        {
            var options = new Pkcs11Options(parsed.GetValue(module)!, parsed.GetValue(token)!, parsed.GetValue(pin)!);
            var rate = Measure(options, parsed.GetValue(label)!, parsed.GetValue(threads), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            Console.Out.WriteLine($"{rate:0}");
        });
        return command;
    }

    private static double Measure(Pkcs11Options options, string label, int threads, TimeSpan length)
    {
        using var store = new Pkcs11KeyStore(options);
        using var key = store.Open(label);
        var octets = new byte[OctetsOfCertificate];
        key.Sign(octets);
        var began = Stopwatch.GetTimestamp();
        var signed = 0;
        Thread[] workers =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(_ => new Thread(() =>
                {
                    while (Stopwatch.GetElapsedTime(began) < length)
                    {
                        key.Sign(octets);
                        Interlocked.Increment(ref signed);
                    }
                })),
        ];
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        return signed / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
