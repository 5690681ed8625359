using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>Firmware from a version (inclusive; null for the first there was) up to another (exclusive; null for all to come).</summary>
public sealed record FirmwareRange(Version? From, Version? Before)
{
    /// <param name="from">As in ca-config/device-families/, a version or null.</param>
    /// <param name="before">As in ca-config/device-families/, a version or null.</param>
    public static FirmwareRange Of(string? from, string? before) =>
        new(from is null ? null : Version.Parse(from), before is null ? null : Version.Parse(before));

    public bool Contains(Version firmware) => (From is null || firmware >= From) && (Before is null || firmware < Before);

    /// <summary>Whether every firmware of <paramref name="part"/> is in this range.</summary>
    public bool Covers(FirmwareRange part) =>
        (From is null || part.From >= From) && (Before is null || (part.Before is not null && part.Before <= Before));

    /// <summary>Whether this root is in the firmware of the whole range.</summary>
    public bool Has(TrustedGeneration root) => Of(root.FromFirmware, root.BeforeFirmware).Covers(this);

    /// <summary>
    /// The family's firmware, cut wherever something that its file says begins or ends: every firmware is in exactly one of
    /// these ranges, and within one all firmware is alike.
    /// </summary>
    public static IReadOnlyList<FirmwareRange> Partition(DeviceFamily family)
    {
        var cuts = family
            .ServerRoots.Select(root => Of(root.FromFirmware, root.BeforeFirmware))
            .Concat((family.FirmwareAccepts ?? []).Select(known => Of(known.FromFirmware, known.BeforeFirmware)))
            .SelectMany(range => new[] { range.From, range.Before })
            .OfType<Version>()
            .Distinct()
            .Order()
            .ToList();
        return [.. cuts.Prepend(null).Zip(cuts.Append(null), (from, before) => new FirmwareRange(from, before))];
    }

    public override string ToString() =>
        (From, Before) switch
        {
            (null, null) => "any",
            (null, _) => $"before {Before}",
            (_, null) => $"{From} and later",
            _ => $"{From} to before {Before}",
        };
}
