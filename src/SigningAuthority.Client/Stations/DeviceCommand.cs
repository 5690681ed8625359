using System.CommandLine;
using System.Net.Http.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Client.Stations;

/// <summary><c>signctl device</c>: one device's certificate, drawn by a station.</summary>
internal static class DeviceCommand
{
    public static Command Build()
    {
        var station = new StationOptions();
        var mac = new Option<string>("--mac") { Description = "The device's MAC address.", Required = true };
        var serial = new Option<string>("--serial") { Description = "The serial number printed on the device.", Required = true };
        var product = new Option<string>("--product")
        {
            Description = "The product, as the authority knows it (SPA962, …).",
            Required = true,
        };
        var csr = new Option<string>("--csr") { Description = "The device's certificate request, PEM or DER.", Required = true };
        var output = new Option<string?>("--out") { Description = "File for the certificate (PEM); stdout without it." };
        var command = new DocumentedCommand(
            "device",
            "Draws the certificate of one device. The same request again gives the same certificate.",
            "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout device.key -subj /CN=000E08A1B2C3 -out device.csr",
            "signctl device --mac 000E08A1B2C3 --serial FM500F700001 --product SPA962 --csr device.csr --out device.crt"
        )
        {
            mac,
            serial,
            product,
            csr,
            output,
        };
        station.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                if (!MacAddress.TryParse(parsed.GetRequiredValue(mac), out var address))
                    throw new InvalidInputException($"'{parsed.GetRequiredValue(mac)}' is not a MAC address (12 hexadecimal digits).");
                var request = new DeviceRequest(
                    address.Upper,
                    parsed.GetRequiredValue(serial),
                    parsed.GetRequiredValue(product),
                    CertificationRequestFile.Read(parsed.GetRequiredValue(csr)).ToPem()
                );
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                return await DrawAsync(service, request, parsed.GetValue(output), cancellation);
            }
        );
        return command;
    }

    private static async Task<int> DrawAsync(ServiceConnection service, DeviceRequest request, string? file, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/station/devices");
        message.Content = JsonContent.Create(request, options: ServiceReply.Json);
        var reply = await service.SendAsync(message, TimeSpan.FromSeconds(60), cancellation);
        if (reply.Problem is { } problem)
            return problem.Print(Console.Error);

        var issued = reply.Parse<DeviceReply>();
        if (issued.Certificate is not { Length: > 0 } pem)
        {
            await Console.Error.WriteLineAsync(
                $"signctl: request {PlainText.Of(issued.Id)} is {PlainText.Of(issued.Status)}; send it again later"
            );
            return ExitCodes.Pending;
        }

        if (file is null)
            await Console.Out.WriteAsync(pem.EndsWith('\n') ? pem : pem + "\n");
        else
            await File.WriteAllTextAsync(file, pem, cancellation);
        await Console.Error.WriteLineAsync(
            $"{PlainText.Of(request.Mac)}: certificate {PlainText.Of(issued.SerialNumber)}, SHA-256 {PlainText.Of(issued.Sha256)}"
        );
        return ExitCodes.Done;
    }

    private sealed record DeviceRequest(string Mac, string Serial, string Product, string Csr);

    private sealed record DeviceReply(string? Id, string? Status, string? SerialNumber, string? Sha256, string? Certificate);
}
