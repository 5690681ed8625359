using System.Diagnostics.CodeAnalysis;

namespace SigningAuthority.Issuance.Devices;

/// <summary>
/// A device's EUI-48 (IEEE 802-2014 §8.2), 12 upper-case hexadecimal digits without separators. Only the syntax is an
/// invariant; whether the address is unicast, universally administered and in an OUI we hold is policy.
/// </summary>
public readonly record struct MacAddress
{
    private readonly string? _digits;

    private MacAddress(string digits) => _digits = digits;

    /// <summary>12 upper-case hexadecimal digits: what the firmware calls $MAU.</summary>
    public string Upper => _digits ?? "000000000000";

    /// <summary>12 lower-case hexadecimal digits: what the firmware calls $MA.</summary>
    public string Lower => Upper.ToLowerInvariant();

    /// <summary>The first six digits: the organizationally unique identifier.</summary>
    public string Oui => Upper[..6];

    /// <summary>The individual/group bit is set: a group address, never a device's.</summary>
    public bool IsMulticast => (FirstOctet & 0x01) != 0;

    /// <summary>The universal/local bit is set: not assigned by the maker.</summary>
    public bool IsLocallyAdministered => (FirstOctet & 0x02) != 0;

    private int FirstOctet => Convert.ToInt32(Upper[..2], 16);

    /// <summary>Accepts 12 hexadecimal digits in either case, bare or in pairs separated throughout by ":" or "-".</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress mac)
    {
        mac = default;
        var digits = text switch
        {
            { Length: 12 } => text,
            { Length: 17 } when text[2] is ':' or '-' && PairsSeparatedBy(text, text[2]) => text.Replace(text[2].ToString(), ""),
            _ => null,
        };
        if (digits is not { Length: 12 } || !digits.All(char.IsAsciiHexDigit))
            return false;

        mac = new MacAddress(digits.ToUpperInvariant());
        return true;
    }

    /// <exception cref="FormatException">The text is not a MAC address.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out var mac) ? mac : throw new FormatException($"'{text}' is not a MAC address (12 hexadecimal digits).");

    public override string ToString() => Upper;

    private static bool PairsSeparatedBy(string text, char separator)
    {
        for (var i = 2; i < text.Length; i += 3)
        {
            if (text[i] != separator)
                return false;
        }

        return true;
    }
}
