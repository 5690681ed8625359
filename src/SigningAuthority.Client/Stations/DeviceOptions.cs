using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Client.Stations;

/// <summary>One unit on the line and its request.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> _mac = new("--mac") { Description = "The device's MAC address.", Required = true };
    private readonly Option<string> _serial = new("--serial") { Description = "The serial number printed on the device.", Required = true };
    private readonly Option<string> _product = new("--product")
    {
        Description = "The product, as the authority knows it (SPA962, …).",
        Required = true,
    };
    private readonly Option<string> _csr = new("--csr") { Description = "The device's certificate request, PEM or DER.", Required = true };
    private readonly Option<string?> _order = new("--order")
    {
        Description = "The production order to draw from; without it the one that covers the unit and ends first.",
    };
    private readonly Option<string?> _output = new("--out") { Description = "File for the certificate (PEM); stdout without it." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _mac, _serial, _product, _csr, _order, _output })
            command.Options.Add(option);
    }

    /// <exception cref="InvalidInputException">The address is none, or the CSR can't be read.</exception>
    public DeviceRequest Read(ParseResult parsed) =>
        MacAddress.TryParse(parsed.GetRequiredValue(_mac), out var address)
            ? new DeviceRequest(
                address.Upper,
                parsed.GetRequiredValue(_serial),
                parsed.GetRequiredValue(_product),
                CertificationRequestFile.Read(parsed.GetRequiredValue(_csr)).ToPem(),
                parsed.GetValue(_order)
            )
            : throw new InvalidInputException($"'{parsed.GetRequiredValue(_mac)}' is not a MAC address (12 hexadecimal digits).");

    public string? ReadOutput(ParseResult parsed) => parsed.GetValue(_output);
}
