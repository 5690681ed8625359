using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// What a device's request says of the device by itself. Its subject is never copied, but one that names another device means that
/// units were mixed up on the line.
/// </summary>
internal sealed class DeviceRequestRules : RuleSet<DeviceFacts>
{
    private static readonly Rule OtherDevice = new("csr-names-another-device", "one device, one certificate: units mixed up on the line");

    public DeviceRequestRules() =>
        Check(facts =>
            MacAddress.TryParse(facts.Mac, out var asked) && MacAddress.TryParse(facts.Request.CommonName, out var named) && named != asked
                ? OtherDevice.BrokenBy(
                    "csr.subject.commonName",
                    asked.Upper,
                    named.Upper,
                    "The request was made by another device than the one asked for.",
                    "read the request from the unit whose label was scanned"
                )
                : null
        );
}
