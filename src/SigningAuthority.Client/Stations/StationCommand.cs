using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Stations.Reservations;
using SigningAuthority.Client.Stations.Simulation;

namespace SigningAuthority.Client.Stations;

/// <summary><c>signctl station</c>: what a factory station does, from its enrolment on.</summary>
internal static class StationCommand
{
    private const string Name = "signctl station";

    public static Command Build() =>
        new DocumentedCommand(
            "station",
            "What a factory station does: enrol, draw certificates one by one or in batches, reserve units, reissue, try a line out.",
            "signctl station enrol line-1 --folder /etc/line",
            "signctl station device --mac 000E08A1B2C3 --serial FM500F700001 --product SPA962 --csr device.csr --out device.crt",
            "signctl station batch devices.ndjson --out certificates.ndjson",
            "signctl station reserve --order week-47 --product SPA962 --units 500 --hours 72 --name night-shift",
            "signctl station simulate --devices 5000 --parallel 16"
        )
        {
            EnrolCommand.Build(),
            DeviceCommand.Build(Name),
            BatchCommand.Build(Name),
            ReserveCommand.Build(),
            ReservationsCommand.Build(),
            ReissueCommand.Build(),
            RevokeUnitCommand.Build(),
            SimulateCommand.Build(),
        };
}
