using System.CommandLine;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Log.Receipts;

/// <summary><c>signctl log check-receipt</c>: a certificate and its receipt, without a network.</summary>
internal static class CheckReceiptCommand
{
    private static readonly Argument<string> Certificate = new("CERTIFICATE") { Description = "The certificate, PEM or DER." };
    private static readonly Argument<string> Proof = new("RECEIPT") { Description = "Its receipt (.tlog-proof)." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print what was proven as JSON." };

    public static Command Build()
    {
        var key = new LogKeyOptions();
        var command = new DocumentedCommand(
            "check-receipt",
            "Proves offline that this very certificate was issued and logged: its hash, serial number, to-be-signed bytes and dates are in an "
                + "entry of the log, and the log's signed checkpoint contains that entry.",
            "signctl log check-receipt provserver.crt provserver.tlog-proof --key log.pub",
            "signctl log check-receipt provserver.crt provserver.tlog-proof --key log.pem --origin ca.example.com/log --json"
        )
        {
            Certificate,
            Proof,
            Json,
        };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            var proven = CheckReceipt.Run(
                ReadFile(parsed.GetRequiredValue(Certificate)),
                ReadFile(parsed.GetRequiredValue(Proof)),
                key.Read(parsed)
            );
            if (parsed.GetValue(Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(proven, ReportJson.Options));
            else
                proven.Print(Console.Out);
        });
        return command;
    }

    private static byte[] ReadFile(string path) =>
        File.Exists(path) ? File.ReadAllBytes(path) : throw new InvalidInputException($"{path}: no such file.");
}
