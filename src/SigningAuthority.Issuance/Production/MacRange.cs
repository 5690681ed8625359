using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Production;

/// <summary>
/// MAC addresses from one to another, both inclusive. Spelled "000E08000000..000E0800FFFF"; one address alone is a range of one, and "*" all that
/// there are: policy refuses those that are not ours in any case.
/// </summary>
public sealed record MacRange
{
    private const string Separator = "..";

    private MacRange(MacAddress first, MacAddress last) => (First, Last) = (first, last);

    /// <summary>Without limits of its own, in a standing order.</summary>
    public static MacRange Everything { get; } =
        new(MacAddress.Parse("000000000000"), MacAddress.Parse("FFFFFFFFFFFF")) { IsEverything = true };

    public bool IsEverything { get; private init; }

    public MacAddress First { get; }

    public MacAddress Last { get; }

    /// <summary>How many addresses; at least 1.</summary>
    public long Count => Number(Last) - Number(First) + 1;

    public bool Contains(MacAddress mac) =>
        string.CompareOrdinal(First.Upper, mac.Upper) <= 0 && string.CompareOrdinal(mac.Upper, Last.Upper) <= 0;

    public bool Overlaps(MacRange other) => Contains(other.First) || other.Contains(First);

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MacRange? range)
    {
        if (text == ProductionOrder.Any)
        {
            range = Everything;
            return true;
        }

        range = null;
        var ends = (text ?? "").Split(Separator);
        if (
            ends.Length > 2
            || !MacAddress.TryParse(ends[0], out var first)
            || !MacAddress.TryParse(ends[^1], out var last)
            || string.CompareOrdinal(first.Upper, last.Upper) > 0
        )
            return false;

        range = new MacRange(first, last);
        return true;
    }

    /// <exception cref="FormatException">The text is no range, or ends before it begins.</exception>
    public static MacRange Parse(string text) =>
        TryParse(text, out var range)
            ? range
            : throw new FormatException($"'{text}' is no range of MAC addresses: 000E08000000..000E0800FFFF");

    public override string ToString() =>
        IsEverything ? ProductionOrder.Any
        : First == Last ? First.Upper
        : First.Upper + Separator + Last.Upper;

    private static long Number(MacAddress mac) => long.Parse(mac.Upper, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
