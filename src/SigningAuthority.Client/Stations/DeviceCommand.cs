using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations;

/// <summary><c>signctl station device</c>, which is <c>signctl device</c>, too: one device's certificate.</summary>
internal static class DeviceCommand
{
    /// <param name="under">What it stands below, for the examples.</param>
    public static Command Build(string under = "signctl")
    {
        var (station, device) = (new StationOptions(), new DeviceOptions());
        var command = new DocumentedCommand(
            "device",
            "Draws the certificate of one device. The same request again gives the same certificate.",
            "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout device.key -subj /CN=000E08A1B2C3 -out device.csr",
            $"{under} device --mac 000E08A1B2C3 --serial FM500F700001 --product SPA962 --csr device.csr --out device.crt"
        );
        device.AddTo(command);
        station.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = device.Read(parsed);
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                return await DrawDevice.RunAsync(service, request, device.ReadOutput(parsed), cancellation);
            }
        );
        return command;
    }
}
