using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Api.Providers;

/// <summary>Every device that a request may name.</summary>
internal sealed record DeviceCatalogue(IReadOnlyList<CataloguedFamily> Families)
{
    public static DeviceCatalogue Of(AuthorityConfiguration configuration) =>
        new([.. configuration.DeviceFamilies.Select(family => CataloguedFamily.Of(configuration, family))]);
}

/// <summary>Products that share their firmware.</summary>
/// <param name="Products">What ?device= takes, alone or with @firmware.</param>
/// <param name="Firmware">Ranges that firmware falls into, each in exactly one.</param>
internal sealed record CataloguedFamily(
    string Id,
    string DisplayName,
    IReadOnlyList<string> Products,
    IReadOnlyList<CataloguedFirmware> Firmware
)
{
    public static CataloguedFamily Of(AuthorityConfiguration configuration, DeviceFamily family) =>
        new(
            family.Id,
            family.DisplayName,
            family.Products,
            [
                .. FirmwareRange
                    .Partition(family)
                    .Select(range => new CataloguedFirmware(
                        range.From?.ToString(),
                        range.Before?.ToString(),
                        [
                            .. family
                                .ServerRoots.Where(range.Has)
                                .Select(root => CataloguedGeneration.Of(configuration.Authority(root.Authority), family, range)),
                        ]
                    )),
            ]
        );
}

/// <summary>Firmware that is alike.</summary>
/// <param name="FromFirmware">Inclusive; absent for the first there was.</param>
/// <param name="BeforeFirmware">Exclusive; absent for all to come.</param>
/// <param name="Generations">Server roots compiled in; none where the firmware can't be provisioned over HTTPS.</param>
internal sealed record CataloguedFirmware(string? FromFirmware, string? BeforeFirmware, IReadOnlyList<CataloguedGeneration> Generations);

/// <summary>A server root in some firmware, and what that firmware accepts through it.</summary>
/// <param name="LargestRsaBits">Longest key of the server.</param>
/// <param name="SignatureHashes">Of the server's certificate.</param>
/// <param name="SubjectAlternativeName">Ignored, Checked or NotTolerated.</param>
/// <param name="LongestValidityDays">Absent where no limit is known.</param>
internal sealed record CataloguedGeneration(
    string Id,
    string DisplayName,
    string Href,
    int? LargestRsaBits,
    IReadOnlyList<string>? SignatureHashes,
    string SubjectAlternativeName,
    int? LongestValidityDays
)
{
    public static CataloguedGeneration Of(AuthorityDefinition authority, DeviceFamily family, FirmwareRange range)
    {
        var tolerance = FirmwareTolerance.Of(authority.DevicesAccept!, family, range);
        return new CataloguedGeneration(
            authority.Id,
            authority.DisplayName,
            $"/roots/{authority.Id}.pem",
            tolerance.LargestRsaBits,
            tolerance.SignatureHashes,
            tolerance.SubjectAlternativeName.ToString(),
            tolerance.LongestValidityDays
        );
    }
}

/// <summary>GET /api/v1/provider/device-families: the catalogue, as the configuration has it.</summary>
internal sealed class ListDeviceFamilies(AuthorityConfiguration configuration)
{
    public const string Path = "/api/v1/provider/device-families";

    private readonly DeviceCatalogue _catalogue = DeviceCatalogue.Of(configuration);

    public IResult Handle() => Results.Json(_catalogue);
}
