using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Signer.Operators;

internal static class TestDeviceCommand
{
    public static Command Create(IConfiguration settings)
    {
        var mac = new Option<string>("--mac") { Description = "MAC address, in the policy's device.testMacRange.", Required = true };
        var product = new Option<string>("--product") { Description = "Model that it stands for, such as SPA962.", Required = true };
        var serial = new Option<string?>("--serial") { Description = "Serial number; TEST- and the MAC address's end without it." };
        var files = new CertifiedKeyFiles("Device");
        var command = new Command(
            "test-device",
            """
            Makes a key and has the client root certify it for a device that does not exist, for a short time: a provider tries its
            server with it (signctl check-server, signctl phone). No unit ever gets a MAC address of this range.

            Example:
              operator test-device --mac 000E08FFFF01 --product SPA962 --out-certificate test.crt --out-key test.key
            """
        )
        {
            mac,
            product,
            serial,
        };
        files.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        using var rsa = RSA.Create(2048);
                        var address = parsed.GetRequiredValue(mac);
                        var device = new TestDevice(
                            address,
                            parsed.GetValue(serial) ?? "TEST-" + (MacAddress.TryParse(address, out var read) ? read.Upper[6..] : "0"),
                            parsed.GetRequiredValue(product)
                        );
                        var issued = await SubmitTestDevice.RunAsync(
                            session,
                            device,
                            new CertificateRequest(
                                "CN=test-device",
                                rsa,
                                HashAlgorithmName.SHA256,
                                RSASignaturePadding.Pkcs1
                            ).CreateSigningRequest(),
                            files.ReadTimeout(parsed),
                            cancellation
                        );
                        await files.WriteAsync(parsed, rsa, issued.Der, cancellation);
                        Console.WriteLine($"test device {device.Mac} is certified until {issued.NotAfter:yyyy-MM-dd}");
                    }
                )
        );
        return command;
    }
}
