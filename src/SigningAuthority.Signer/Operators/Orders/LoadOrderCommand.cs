using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Production.Intake;

namespace SigningAuthority.Signer.Operators.Orders;

/// <summary>`operator order load`.</summary>
internal static class LoadOrderCommand
{
    private const int LargestRead = 1 << 20;

    public static Command Create(IConfiguration settings)
    {
        var file = new Argument<FileInfo>("file") { Description = "The production order, JSON." };
        var signature = new Option<FileInfo>("--signature")
        {
            Description = "The file's detached signature, as openssl dgst -sha256 -sign writes it.",
            Required = true,
        };
        var command = new Command(
            "load",
            """
            Makes a production order from a file that a planning system signed, with a key that ca-config/stations/ names. The same file
            again is the same order: loading it twice makes one. File and signature are kept; the key room verifies them again.

            Example:
              cat > week-47.json <<END
              {
                "signedBy": "plant-1",
                "order": "week-47",
                "products": ["SPA962"],
                "macRanges": ["000E08100000..000E081003E7"],
                "serials": ["FM500H000001..FM500H001000"],
                "quantity": 1000,
                "stations": ["line-1"],
                "notBefore": "2026-11-23T00:00:00Z",
                "notAfter": "2026-12-01T00:00:00Z",
                "profile": "cn-mac",
                "keySource": "Device"
              }
              END
              openssl dgst -sha256 -sign plant-1.key -out week-47.sig week-47.json
              operator order load week-47.json --signature week-47.sig
            """
        )
        {
            file,
            signature,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var signed = new SignedOrderFile(
                            await ReadAsync(parsed.GetRequiredValue(file), cancellation),
                            await ReadAsync(parsed.GetRequiredValue(signature), cancellation)
                        );
                        var admit = await AdmitOrder.OpenAsync(session, cancellation);
                        var (order, wasThere) = await admit.LoadAsync(signed, cancellation);
                        Console.WriteLine(
                            wasThere
                                ? $"{order.Name}: was loaded from this very file already; nothing is changed. operator order show {order.Name}"
                                : $"{order.Name}: {order.Quantity} units until {order.NotAfter:yyyy-MM-dd HH:mm}Z, signed by {order.SignedBy}"
                        );
                    }
                )
        );
        return command;
    }

    private static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancellation) =>
        file is { Exists: true, Length: > LargestRead }
            ? throw new OperatorException($"{file.FullName} is too large for an order or a signature.")
            : await File.ReadAllBytesAsync(file.FullName, cancellation);
}
