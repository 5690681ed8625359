using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations.Reservations;

/// <summary><c>signctl station reservations</c>: what is held for this station.</summary>
internal static class ReservationsCommand
{
    public static Command Build()
    {
        var station = new StationOptions();
        var release = new Option<string?>("--release") { Description = "Give back what is left of the reservation of that name." };
        var command = new DocumentedCommand(
            "reservations",
            "Lists this station's reservations, the newest first, or gives one back.",
            "signctl station reservations",
            "signctl station reservations --release night-shift"
        )
        {
            release,
        };
        station.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                var key = parsed.GetValue(release);
                var reply = key is null
                    ? await service.CallAsync(HttpMethod.Get, ReserveCommand.Path, cancellation)
                    : await service.CallAsync(HttpMethod.Delete, $"{ReserveCommand.Path}/{Uri.EscapeDataString(key)}", cancellation);
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);

                var found = key is null ? reply.Parse<ReservationListReply>().Reservations ?? [] : [reply.Parse<ReservationReply>()];
                foreach (var reservation in found)
                    await Console.Out.WriteLineAsync(reservation.ToString());
                return ExitCodes.Done;
            }
        );
        return command;
    }
}
