using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SigningAuthority.Issuance.Devices;

/// <summary>A device as a provider names it: a product, optionally with its firmware ("SPA504G", "SPA504G@7.5.6").</summary>
public sealed partial record RequestedDevice(string Product, Version? Firmware)
{
    /// <summary>Product: 1 to 32 letters, digits and "-", any case. Firmware: two to four numbers with dots; what follows them ("7.5.2b", "1.3.5(004p)") is ignored.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RequestedDevice? device)
    {
        device = null;
        var parts = (text ?? "").Split('@');
        if (
            parts.Length > 2
            || parts[0] is not { Length: >= 1 and <= 32 } product
            || !product.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        )
            return false;

        Version? firmware = null;
        if (parts.Length == 2 && !TryParseFirmware(parts[1], out firmware))
            return false;
        device = new RequestedDevice(product.ToUpperInvariant(), firmware);
        return true;
    }

    private static bool TryParseFirmware(string text, [NotNullWhen(true)] out Version? firmware)
    {
        firmware = null;
        return FirmwareNumbers().Match(text) is { Success: true } match && Version.TryParse(match.Groups["numbers"].Value, out firmware);
    }

    /// <summary>
    /// The generations that serve this device. Firmware known: of those it has, the one that came last (the preferred
    /// one); firmware unknown: those that all firmware has, since they serve every unit.
    /// </summary>
    public IReadOnlyList<TrustedGeneration> GenerationsIn(DeviceFamily family)
    {
        var ofEveryFirmware = family.ServerRoots.Where(root => root is { FromFirmware: null, BeforeFirmware: null }).ToList();
        if (Firmware is null)
            return ofEveryFirmware;

        var newest = family
            .ServerRoots.Where(root => root.FromFirmware is not null && Has(root, Firmware))
            .MaxBy(root => Version.Parse(root.FromFirmware!));
        return newest is not null ? [newest] : [.. family.ServerRoots.Where(root => Has(root, Firmware))];
    }

    public override string ToString() => Firmware is null ? Product : $"{Product}@{Firmware}";

    [GeneratedRegex(
        @"\A(?<numbers>\d{1,5}(?:\.\d{1,5}){1,3})[A-Za-z0-9().-]{0,16}\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex FirmwareNumbers();

    private static bool Has(TrustedGeneration root, Version firmware) =>
        (root.FromFirmware is null || firmware >= Version.Parse(root.FromFirmware))
        && (root.BeforeFirmware is null || firmware < Version.Parse(root.BeforeFirmware));
}
