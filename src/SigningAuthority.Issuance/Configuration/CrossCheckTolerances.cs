using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>The part of the checks that looks at what firmware tolerates: devicesAccept of authorities/, firmwareAccepts of device-families/.</summary>
internal sealed partial class CrossCheck
{
    private static readonly string[] KnownHashes = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

    private void CheckTolerance(AuthorityDefinition authority)
    {
        if (authority.DevicesAccept is not { } tolerance)
            return;
        RequireHashes(authority, "$.devicesAccept.signatureHashes", tolerance.SignatureHashes);
        var longest = _files
            .Profiles.Where(profile => profile.For == RequestKind.ProvisioningServer)
            .Select(profile => profile.ValidityDays);
        Require(
            tolerance.LongestValidityDays is not { } days || days >= longest.DefaultIfEmpty(1).Max(),
            authority,
            "$.devicesAccept.longestValidityDays",
            "Shorter than validityDays of the profile for ProvisioningServer: the generation's devices would accept no certificate."
        );
    }

    private void CheckFirmware(DeviceFamily family)
    {
        foreach (var (i, deviation) in (family.FirmwareAccepts ?? []).Index())
        {
            var key = $"$.firmwareAccepts[{i}]";
            RequireRange(family, key, deviation.FromFirmware, deviation.BeforeFirmware, "there is no such firmware.");
            if (deviation.SignatureHashes is { } hashes)
                RequireHashes(family, $"{key}.signatureHashes", hashes);
            Require(deviation.LargestRsaBits is null or >= 512, family, $"{key}.largestRsaBits", "At least 512.");
            Require(deviation.LongestValidityDays is null or >= 1, family, $"{key}.longestValidityDays", "At least one day.");
        }
    }

    private void RequireRange(DeviceFamily family, string key, string? from, string? before, string otherwise)
    {
        Require(from is null || Version.TryParse(from, out _), family, $"{key}.fromFirmware", $"'{from}' is no version.");
        Require(before is null || Version.TryParse(before, out _), family, $"{key}.beforeFirmware", $"'{before}' is no version.");
        Require(
            !(Version.TryParse(from, out var first) && Version.TryParse(before, out var end) && first >= end),
            family,
            $"{key}.beforeFirmware",
            $"Not after fromFirmware: {otherwise}"
        );
    }

    private void RequireHashes(object owner, string key, IReadOnlyList<string> hashes) =>
        Require(hashes.Count > 0 && hashes.All(KnownHashes.Contains), owner, key, $"At least one of {string.Join(", ", KnownHashes)}.");
}
