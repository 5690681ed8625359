using System.CommandLine;
using System.Globalization;
using SigningAuthority.Benchmarks.Devices;
using SigningAuthority.Benchmarks.Load;
using SigningAuthority.Benchmarks.Processes;

namespace SigningAuthority.Benchmarks.Draining;

/// <summary>drain: how fast the key room works off a queue that is full, with nobody at the door; prints one row of the table.</summary>
internal static class DrainCommand
{
    public static Command Create()
    {
        var label = new Option<string>("--label") { Required = true };
        var connection = new Option<string>("--connection") { Description = "As role sa_api", Required = true };
        var devices = new Option<string>("--devices") { Required = true };
        var cursor = new Option<string>("--cursor") { Description = "File with the next unused device's number", Required = true };
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 16_000 };
        var signer = new Option<int>("--signer") { Description = "Process id", Required = true };
        var postgres = new Option<int>("--postgres") { Description = "The postmaster's process id", Required = true };
        var command = new Command(
            "drain",
            "Fills the queue while the Signer stands still, and prints a row of the table on how it is worked off."
        )
        {
            label,
            connection,
            devices,
            cursor,
            count,
            signer,
            postgres,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = parsed.GetValue(cursor)!;
                var first = File.Exists(place)
                    ? int.Parse(await File.ReadAllTextAsync(place, cancellation), CultureInfo.InvariantCulture)
                    : 0;
                var lines = new DeviceFile(parsed.GetValue(devices)!).Read(first, parsed.GetValue(count));
                await File.WriteAllTextAsync(place, (first + lines.Length).ToString(CultureInfo.InvariantCulture), cancellation);
                var watched = new Watched(0, parsed.GetValue(signer), parsed.GetValue(postgres));
                var result = await new FullQueue(parsed.GetValue(connection)!, parsed.GetValue(signer)).RunAsync(
                    lines,
                    watched,
                    cancellation
                );
                var perCertificate = watched.PerCertificate(result.Issued);
                await Console.Out.WriteLineAsync(TableRow.Of(parsed.GetValue(label)!, result, perCertificate, watched.Memory()));
                return result.Issued > 0 ? 0 : 1;
            }
        );
        return command;
    }
}
