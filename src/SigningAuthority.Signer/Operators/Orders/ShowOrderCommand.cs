using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Signer.Operators.Orders;

/// <summary>`operator order show`.</summary>
internal static class ShowOrderCommand
{
    public static Command Create(IConfiguration settings)
    {
        var name = new Argument<string>("name") { Description = "The order's name." };
        var file = new Option<FileInfo?>("--out-file") { Description = "Where the file goes that it was loaded from." };
        var signature = new Option<FileInfo?>("--out-signature") { Description = "Where that file's signature goes." };
        var command = new Command(
            "show",
            """
            Shows a production order and how far it is. One that was loaded can be verified again by anybody who has the public key.

            Examples:
              operator order show week-47
              operator order show week-47 --out-file week-47.json --out-signature week-47.sig
              openssl dgst -sha256 -verify plant-1.pub -signature week-47.sig week-47.json
            """
        )
        {
            name,
            file,
            signature,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var orders = new ProductionOrders(session.Database);
                        var order =
                            await orders.FindAsync(parsed.GetRequiredValue(name), cancellation)
                            ?? throw new OperatorException("There is no such production order: operator order list --all");
                        var progress = await OrderProgress.ReadAsync(session.Database, order.Id, cancellation);
                        var kept = (await orders.FindFilesAsync([order.Id], cancellation)).GetValueOrDefault(order.Id);
                        await WriteAsync(kept?.File, parsed.GetValue(file), cancellation);
                        await WriteAsync(kept?.Signature, parsed.GetValue(signature), cancellation);
                        foreach (var (label, value) in Describe(order, progress, kept))
                            Console.WriteLine($"{label + ":", -12} {value}");
                    }
                )
        );
        return command;
    }

    private static IEnumerable<(string Label, string Value)> Describe(ProductionOrder order, OrderProgress progress, SignedOrderFile? file)
    {
        yield return ("order", order.Name);
        yield return ("state", ListOrdersCommand.StateOf(order, DateTimeOffset.UtcNow));
        yield return ("products", string.Join(", ", order.Products));
        yield return ("macs", string.Join(", ", order.MacRanges));
        yield return ("serials", string.Join(", ", order.Serials));
        yield return ("stations", string.Join(", ", order.Stations));
        yield return ("from", ListOrdersCommand.Format(order.NotBefore));
        yield return ("until", ListOrdersCommand.Format(order.NotAfter));
        yield return ("profile", order.Profile ?? "that of the product's family");
        yield return ("keys", order.KeySource == KeySource.Device ? "made by the devices" : "made by the authority");
        yield return ("drawn", $"{order.Drawn} of {order.Quantity}");
        yield return ("reserved", $"{order.Reserved}");
        yield return ("remaining", $"{order.Quantity - order.Drawn - order.Reserved}");
        yield return ("issued", $"{progress.CountOf(RequestState.Issued)}");
        yield return ("waiting", $"{progress.CountOf(RequestState.Queued) + progress.CountOf(RequestState.Signing)}");
        yield return ("failed", $"{progress.CountOf(RequestState.Failed)}");
        yield return ("refused", $"{progress.CountOf(RequestState.Refused)} at the key");
        yield return ("reissued", $"{progress.Reissued}");
        yield return ("created", $"{ListOrdersCommand.Format(progress.CreatedAt)} by {progress.CreatedBy}");
        if (file is not null)
            yield return ("signed", $"by {order.SignedBy}, file SHA-256 {file.FileSha256}");
        if (order.ClosedAt is { } closed)
            yield return ("closed", $"{ListOrdersCommand.Format(closed)} by {progress.ClosedBy}");
    }

    private static async Task WriteAsync(ReadOnlyMemory<byte>? octets, FileInfo? file, CancellationToken cancellation)
    {
        if (file is not null)
            await File.WriteAllBytesAsync(
                file.FullName,
                octets ?? throw new OperatorException("The order was made by hand: there is no file."),
                cancellation
            );
    }
}
