using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Production;

namespace SigningAuthority.Client.Stations;

/// <summary><c>signctl station reissue</c>: another certificate for a unit whose first is revoked by this.</summary>
internal static class ReissueCommand
{
    public static Command Build()
    {
        var (station, device) = (new StationOptions(), new DeviceOptions());
        var reason = new Option<string>("--reason") { Description = "Why: scrap, rework or defect.", Required = true };
        reason.AcceptOnlyFromAmong([.. ReissueReasonNames.All]);
        var note = new Option<string?>("--note") { Description = "Your own words, for the log." };
        var of = new Option<string?>("--of")
        {
            Description = "Serial number of the certificate that is replaced; needed from the second reissue on.",
        };
        var command = new DocumentedCommand(
            "reissue",
            "Draws a certificate for another key of a unit that has one. That one is revoked in the same act; it can't be taken back.",
            "signctl station reissue --mac 000E08A1B2C3 --serial FM500F700001 --product SPA962 --csr new.csr --reason rework --out new.crt"
        )
        {
            reason,
            note,
            of,
        };
        device.AddTo(command);
        station.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = device.Read(parsed) with
                {
                    Reissue = new DeviceReissue(parsed.GetRequiredValue(reason), parsed.GetValue(note), parsed.GetValue(of)),
                };
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                return await DrawDevice.RunAsync(service, request, device.ReadOutput(parsed), cancellation);
            }
        );
        return command;
    }
}
