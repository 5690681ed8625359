using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.Benchmarks.Devices;
using SigningAuthority.Benchmarks.Processes;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>load: sends devices from a file, the next unused ones, and prints one row of the table.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var label = new Option<string>("--label") { Required = true };
        var kind = new Option<string>("--kind") { Description = "single, batch or peer", DefaultValueFactory = _ => "single" };
        var url = new Option<string>("--url") { Required = true };
        var root = new Option<string>("--root") { Required = true };
        var certificate = new Option<string>("--certificate") { Required = true };
        var key = new Option<string>("--key") { Required = true };
        var devices = new Option<string>("--devices") { Required = true };
        var cursor = new Option<string>("--cursor") { Description = "File with the next unused device's number", Required = true };
        var clients = new Option<int>("--clients") { DefaultValueFactory = _ => 1 };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 5 };
        var most = new Option<int>("--most") { Description = "Devices at most", DefaultValueFactory = _ => 40_000 };
        var api = new Option<int>("--api") { Description = "Process id" };
        var signer = new Option<int>("--signer") { Description = "Process id" };
        var postgres = new Option<int>("--postgres") { Description = "The postmaster's process id" };

        var command = new Command("load", "Sends devices and prints a row of the table.")
        {
            label,
            kind,
            url,
            root,
            certificate,
            key,
            devices,
            cursor,
            clients,
            seconds,
            most,
            api,
            signer,
            postgres,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var settings = new LoadSettings(
                    new Uri(parsed.GetValue(url)!),
                    X509CertificateLoader.LoadCertificate(PemOf(parsed.GetValue(root)!)),
                    LoadSettings.ReadStation(parsed.GetValue(certificate)!, parsed.GetValue(key)!),
                    TimeSpan.FromSeconds(parsed.GetValue(seconds))
                );
                var place = parsed.GetValue(cursor)!;
                var first = File.Exists(place)
                    ? int.Parse(await File.ReadAllTextAsync(place, cancellation), CultureInfo.InvariantCulture)
                    : 0;
                var lines = new DeviceFile(parsed.GetValue(devices)!).Read(first, parsed.GetValue(most));
                if (lines.Length == 0)
                {
                    await Console.Error.WriteLineAsync("No unused device is left in the file: make more of them.");
                    return 1;
                }

                var watched = new Watched(parsed.GetValue(api), parsed.GetValue(signer), parsed.GetValue(postgres));
                var count = parsed.GetValue(clients);
                GC.Collect();
                var result = parsed.GetValue(kind) switch
                {
                    "batch" => await new BatchRequests(settings, "/api/v1/station/batches", lines).RunAsync(count, watched, cancellation),
                    "peer" => await new SingleRequests(settings, "/api/v1/cfssl/sign", [.. lines.Select(ForPeer)]).RunAsync(
                        count,
                        watched,
                        cancellation
                    ),
                    _ => await new SingleRequests(settings, "/api/v1/station/devices", lines).RunAsync(count, watched, cancellation),
                };
                var perCertificate = watched.PerCertificate(result.Issued);
                await File.WriteAllTextAsync(place, (first + result.Used).ToString(CultureInfo.InvariantCulture), cancellation);
                await Console.Out.WriteLineAsync(TableRow.Of(parsed.GetValue(label)!, result, perCertificate, watched.Memory()));
                return result.Issued > 0 && result.Failed == 0 ? 0 : 1;
            }
        );
        return command;
    }

    private static byte[] PemOf(string path) => Encoding.ASCII.GetBytes(File.ReadAllText(path));

    /// <summary>The same CSR as cfssl takes it: PEM in a JSON string.</summary>
    private static ReadOnlyMemory<byte> ForPeer(ReadOnlyMemory<byte> line)
    {
        var text = Encoding.ASCII.GetString(line.Span);
        var at = text.IndexOf("\"csr\":\"", StringComparison.Ordinal) + "\"csr\":\"".Length;
        var csr = text[at..text.IndexOf('"', at)];
        return Encoding.ASCII.GetBytes(
            $$"""{"certificate_request":"-----BEGIN CERTIFICATE REQUEST-----\n{{csr}}\n-----END CERTIFICATE REQUEST-----\n"}"""
        );
    }
}
