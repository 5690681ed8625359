using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>Phones that judge alike: a family, firmware of one range, one of the roots in it.</summary>
/// <param name="Family">The device family.</param>
/// <param name="Range">Its firmware.</param>
/// <param name="Generation">The server root that they trust.</param>
/// <param name="Tolerance">What they accept through it.</param>
public sealed record PhoneFirmware(DeviceFamily Family, FirmwareRange Range, AuthorityDefinition Generation, FirmwareTolerance Tolerance)
{
    /// <summary>Every phone that a device name stands for: of one firmware where the name says which, of all otherwise. Empty for an unknown product.</summary>
    public static IReadOnlyList<PhoneFirmware> Of(AuthorityConfiguration configuration, RequestedDevice device) =>
        configuration.FindFamily(device.Product) is not { } family
            ? []
            :
            [
                .. from range in FirmwareRange.Partition(family)
                where device.Firmware is null || range.Contains(device.Firmware)
                from root in family.ServerRoots
                where range.Has(root)
                select Of(family, range, configuration.Authority(root.Authority)),
            ];

    private static PhoneFirmware Of(DeviceFamily family, FirmwareRange range, AuthorityDefinition generation) =>
        new(family, range, generation, FirmwareTolerance.Of(generation.DevicesAccept!, family, range));
}
