using System.CommandLine;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations.Reservations;

/// <summary><c>signctl station reserve</c>: units of an order held for a line that may lose its link.</summary>
internal static class ReserveCommand
{
    internal const string Path = "/api/v1/station/reservations";

    public static Command Build()
    {
        var station = new StationOptions();
        var order = new Option<string>("--order") { Description = "The production order that the units are of.", Required = true };
        var product = new Option<string>("--product") { Description = "The units' product.", Required = true };
        var units = new Option<int>("--units") { Description = "How many, at most 10,000.", Required = true };
        var name = new Option<string>("--name")
        {
            Description = "Your name for it; the same name again reserves nothing more.",
            Required = true,
        };
        var hours = new Option<int?>("--hours") { Description = "How long they are held [24]; never longer than the order runs." };
        var assign = new Option<bool>("--assign")
        {
            Description = "Have each unit given an address, and a serial number where the order's can be counted up.",
        };
        var output = new Option<string?>("--out")
        {
            Description =
                "File for what is assigned: one JSON object a line, {\"mac\",\"serial\",\"product\",\"order\"}, ready for a CSR each.",
        };
        var command = new DocumentedCommand(
            "reserve",
            "Holds units of a production order for this station. Whatever other lines draw, and whether or not the link is there meanwhile, "
                + "these can be drawn until the reservation ends: name the order when you draw, and the reservation is used up first.",
            "signctl station reserve --order week-47 --product SPA962 --units 500 --hours 72 --name night-shift",
            "signctl station reserve --order week-47 --product SPA962 --units 500 --name night-shift --assign --out units.ndjson"
        )
        {
            order,
            product,
            units,
            name,
            hours,
            assign,
            output,
        };
        station.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var body = new
                {
                    key = parsed.GetRequiredValue(name),
                    order = parsed.GetRequiredValue(order),
                    product = parsed.GetRequiredValue(product),
                    units = parsed.GetRequiredValue(units),
                    hours = parsed.GetValue(hours),
                    assign = parsed.GetValue(assign),
                };
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                var reply = await service.PostJsonAsync(Path, body, cancellation);
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);

                var made = reply.Parse<ReservationReply>();
                await Console.Error.WriteLineAsync(made.ToString());
                await WriteAsync(made, parsed.GetValue(output), cancellation);
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static async Task WriteAsync(ReservationReply made, string? file, CancellationToken cancellation)
    {
        var lines = (made.Devices ?? []).Select(unit =>
            JsonSerializer.Serialize(
                new
                {
                    unit.Mac,
                    unit.Serial,
                    made.Product,
                    made.Order,
                },
                ServiceReply.Json
            )
        );
        if (file is not null)
            await File.WriteAllLinesAsync(file, lines, cancellation);
        else
            foreach (var line in lines)
                await Console.Out.WriteLineAsync(line);
    }
}
