using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Client.Stations;

/// <summary><c>signctl station revoke</c>: one of the station's own units.</summary>
internal static class RevokeUnitCommand
{
    public static Command Build()
    {
        var station = new StationOptions();
        var mac = new Option<string?>("--mac") { Description = "The unit; its newest certificate is meant." };
        var authority = new Option<string?>("--authority")
        {
            Description = "Instead of --mac: the certificate's issuer, with --serial-number.",
        };
        var number = new Option<string?>("--serial-number") { Description = "The certificate's, hexadecimal." };
        var action = new Option<string>("--action")
        {
            Description = "scrap (the unit is thrown away), revoke, hold or release.",
            DefaultValueFactory = _ => "scrap",
        };
        action.AcceptOnlyFromAmong("scrap", "revoke", "hold", "release");
        var reason = new Option<string?>("--reason") { Description = $"To revoke: {string.Join(", ", RevocationReasonNames.OfHolders)}." };
        var note = new Option<string?>("--note") { Description = "Your own words, for the log." };
        var command = new DocumentedCommand(
            "revoke",
            "Revokes the certificate of a unit of the station's orders, puts it on hold, or releases it. To give the unit another one: reissue.",
            "signctl station revoke --mac 000E08A1B2C3 --action scrap --note \"board broken\"",
            "signctl station revoke --mac 000E08A1B2C3 --action hold",
            "signctl station revoke --mac 000E08A1B2C3 --action release"
        )
        {
            mac,
            authority,
            number,
            action,
            reason,
            note,
        };
        station.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                return JsonReport.Print(
                    await service.PostJsonAsync(
                        "/api/v1/station/revocations",
                        new
                        {
                            mac = parsed.GetValue(mac),
                            authority = parsed.GetValue(authority),
                            serialNumber = parsed.GetValue(number),
                            action = parsed.GetRequiredValue(action),
                            reason = parsed.GetValue(reason),
                            note = parsed.GetValue(note),
                        },
                        cancellation
                    )
                );
            }
        );
        return command;
    }
}
