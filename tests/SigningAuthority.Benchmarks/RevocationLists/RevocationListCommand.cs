using System.CommandLine;
using System.Globalization;

namespace SigningAuthority.Benchmarks.RevocationLists;

/// <summary>crl: how long a list of many entries takes, and how much memory; prints rows of a table.</summary>
internal static class RevocationListCommand
{
    public static Command Create()
    {
        var superuser = new Option<string>("--superuser")
        {
            Description = "A superuser's connection string, to an empty database made for measuring",
            Required = true,
        };
        var signer = new Option<string>("--signer") { Description = "The same as role sa_signer", Required = true };
        var entries = new Option<int>("--entries") { DefaultValueFactory = _ => 1_000_000, Description = "Revoked certificates" };
        var changes = new Option<int>("--changes") { DefaultValueFactory = _ => 1000, Description = "Revoked ones more, for a delta" };
        var caConfig = new Option<string>("--ca-config") { DefaultValueFactory = _ => "ca-config", Description = "Folder" };
        var output = new Option<string>("--out") { Description = "Folder that gets complete.crl, delta.crl and root.pem", Required = true };
        var command = new Command("crl", "Makes revocation lists by the key room's own code, of rows that were never certificates.")
        {
            superuser,
            signer,
            entries,
            changes,
            caConfig,
            output,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                await using var stage = await RevocationListStage.CreateAsync(
                    parsed.GetRequiredValue(superuser),
                    parsed.GetRequiredValue(signer),
                    parsed.GetValue(caConfig)!,
                    cancellation
                );
                await stage.FillAsync(0, parsed.GetValue(entries), cancellation);
                await PrintAsync("complete", await stage.MeasureAsync(cancellation));
                // Else the next of the same second would wait for the next.
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
                await stage.FillAsync(parsed.GetValue(entries), parsed.GetValue(changes), cancellation);
                await PrintAsync("delta", await stage.MeasureAsync(cancellation));
                await stage.WriteAsync(parsed.GetRequiredValue(output), cancellation);
                return 0;
            }
        );
        return command;
    }

    private static Task PrintAsync(string label, MeasuredList list) =>
        Console.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {label} | {list.Entries:N0} | {list.Seconds:F1} | {list.Entries / list.Seconds:N0} | {list.PeakMebibytes:N0} | {list.Octets:N0} |"
            )
        );
}
