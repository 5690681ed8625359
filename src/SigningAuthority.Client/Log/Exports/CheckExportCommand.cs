using System.CommandLine;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Log.Exports;

/// <summary><c>signctl log check-export</c>: an auditor's export, without a network.</summary>
internal static class CheckExportCommand
{
    private static readonly Argument<string> Export = new("EXPORT") { Description = "What /api/v1/audit/export gave." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Build()
    {
        var key = new LogKeyOptions();
        var command = new DocumentedCommand(
            "check-export",
            "Proves offline that an export holds all entries of the log from its first index to its last, in their order and octet for octet, "
                + "and that within it each authority's certificates are numbered without gaps and were intended before they were issued.",
            "signctl log check-export export.ndjson --key log.pub"
        )
        {
            Export,
            Json,
        };
        key.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var logKey = key.Read(parsed);
                var path = parsed.GetRequiredValue(Export);
                if (!File.Exists(path))
                    throw new InvalidInputException($"{path}: no such file.");
                await using var file = File.OpenRead(path);
                var result = await Progress.CountAsync("entries", show => new CheckExport(logKey, show).RunAsync(file, cancellation));
                foreach (var finding in result.Findings)
                    await Console.Error.WriteLineAsync($"signctl: {PlainText.Of(finding.ToString())}");
                if (parsed.GetValue(Json))
                    await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result, ReportJson.Options));
                else
                    result.Print(Console.Out);
                return result.IsSound ? ExitCodes.Done : ExitCodes.EvidenceFails;
            }
        );
        return command;
    }
}
