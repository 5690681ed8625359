using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations;

/// <summary><c>signctl station batch</c>, which is <c>signctl batch</c>, too: many devices in one NDJSON stream, answers as they are ready.</summary>
internal static class BatchCommand
{
    /// <param name="under">What it stands below, for the examples.</param>
    public static Command Build(string under = "signctl")
    {
        var station = new StationOptions();
        var input = new Argument<string>("IN.ndjson") { Description = "One JSON object a line: {\"mac\",\"serial\",\"product\",\"csr\"}." };
        var output = new Option<string>("--out")
        {
            Description = "File for the answers, one line a device, in the order they come.",
            Required = true,
        };
        var command = new DocumentedCommand(
            "batch",
            "Draws the certificates of many devices. A broken line fails alone; exit status 2 says that some did. A batch that broke off is "
                + "sent again whole: who has a certificate gets the same one.",
            $"{under} batch devices.ndjson --out certificates.ndjson"
        )
        {
            input,
            output,
        };
        station.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var source = parsed.GetRequiredValue(input);
                if (!File.Exists(source))
                    throw new InvalidInputException($"{source}: no such file.");
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                var send = new SendBatch(service);
                var result = await Progress.CountAsync(
                    "certificates",
                    count => send.RunAsync(source, parsed.GetRequiredValue(output), count, cancellation)
                );
                return Report(result);
            }
        );
        return command;
    }

    private static int Report(BatchResult result)
    {
        if (result.Problem is { } problem)
            return problem.Print(Console.Error);

        Console.Error.WriteLine($"{result.Sent} lines sent, {result.Issued} issued, {result.NotIssued} not issued");
        foreach (var code in result.Codes)
            Console.Error.WriteLine($"  {code.Value} × {PlainText.Of(code.Key)}");
        if (result.Answered < result.Sent)
        {
            Console.Error.WriteLine(
                $"signctl: the answer ended early: {result.Answered} of {result.Sent}. Send the file again: who has a certificate gets the same one."
            );
            return ExitCodes.Fault;
        }

        return result.NotIssued == 0 ? ExitCodes.Done : ExitCodes.Refused;
    }
}
