using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Production;

/// <summary>
/// Which serial numbers an order has: a range of one length, both ends inclusive and compared as text ("FM500H000001..FM500H009999", with a digit
/// wherever both ends have one), or a pattern in which "#" stands for a digit, "?" for a letter or digit and "*" at the end for anything ("FM500H######", "*").
/// </summary>
public sealed record SerialRule
{
    private const string Separator = "..";
    private const int LettersAndDigits = 62;

    private readonly string _first;
    private readonly string? _last;

    private SerialRule(string first, string? last) => (_first, _last) = (first, last);

    /// <summary>Null where they can't be counted up: an authority can't assign them.</summary>
    public CountedSerials? Counted => _last is null ? CountedSerials.OfPattern(_first) : CountedSerials.OfRange(_first, _last);

    public bool Contains(string serial) =>
        _last is null
            ? Matches(serial)
            : serial.Length == _first.Length
                && string.CompareOrdinal(_first, serial) <= 0
                && string.CompareOrdinal(serial, _last) <= 0
                && HasDigitsWhereBothEndsHave(serial);

    /// <summary>How many serial numbers there are; null for a pattern without end and for a range whose ends differ in more than digits.</summary>
    public BigInteger? Count => _last is null ? CountOfPattern() : CountOfRange(_last);

    /// <summary>Whether two ranges share a serial number, or two patterns are one. Of a range and a pattern it is not said.</summary>
    public bool Overlaps(SerialRule other) =>
        (_last, other._last) switch
        {
            ({ } last, { } end) => _first.Length == other._first.Length
                && string.CompareOrdinal(_first, end) <= 0
                && string.CompareOrdinal(other._first, last) <= 0,
            (null, null) => _first == other._first,
            _ => false,
        };

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SerialRule? rule)
    {
        rule = null;
        var ends = (text ?? "").Split(Separator);
        if (ends.Length == 1 && IsPattern(ends[0]))
            rule = new SerialRule(ends[0], null);
        else if (
            ends.Length == 2
            && ends[0].Length == ends[1].Length
            && DeviceSerialNumber.TryParse(ends[0], out _)
            && DeviceSerialNumber.TryParse(ends[1], out _)
            && string.CompareOrdinal(ends[0], ends[1]) <= 0
        )
            rule = new SerialRule(ends[0], ends[1]);
        return rule is not null;
    }

    /// <exception cref="FormatException">The text is neither a range nor a pattern.</exception>
    public static SerialRule Parse(string text) =>
        TryParse(text, out var rule)
            ? rule
            : throw new FormatException(
                $"'{text}' is no rule for serial numbers: FM500H000001..FM500H009999, or a pattern such as FM500H######"
            );

    public override string ToString() => _last is null ? _first : _first + Separator + _last;

    // As text, FM500H005-01 lies between FM500H000001 and FM500H009999.
    private bool HasDigitsWhereBothEndsHave(string serial)
    {
        for (var i = 0; i < serial.Length; i++)
        {
            if (char.IsAsciiDigit(_first[i]) && char.IsAsciiDigit(_last![i]) && !char.IsAsciiDigit(serial[i]))
                return false;
        }

        return true;
    }

    private BigInteger? CountOfPattern() =>
        _first[^1] == '*'
            ? null
            : BigInteger.Pow(10, _first.Count(sign => sign == '#')) * BigInteger.Pow(LettersAndDigits, _first.Count(sign => sign == '?'));

    private BigInteger? CountOfRange(string last)
    {
        var alike = _first.AsSpan().CommonPrefixLength(last);
        return alike == last.Length ? 1
            : Number(_first.AsSpan(alike)) is { } from && Number(last.AsSpan(alike)) is { } to ? to - from + 1
            : null;
    }

    private static BigInteger? Number(ReadOnlySpan<char> digits) =>
        BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsPattern(string text) =>
        text.Length is >= 1 and <= DeviceSerialNumber.MaximumLength
        && text.AsSpan(0, text.Length - 1).IndexOf('*') < 0
        && DeviceSerialNumber.TryParse(text.Replace('#', '0').Replace('?', '0').Replace('*', '0'), out _);

    private bool Matches(string serial)
    {
        var isOpen = _first[^1] == '*';
        var pattern = isOpen ? _first.AsSpan(0, _first.Length - 1) : _first;
        if (isOpen ? serial.Length < pattern.Length : serial.Length != pattern.Length)
            return false;

        for (var i = 0; i < pattern.Length; i++)
        {
            var fits = pattern[i] switch
            {
                '#' => char.IsAsciiDigit(serial[i]),
                '?' => char.IsAsciiLetterOrDigit(serial[i]),
                var other => serial[i] == other,
            };
            if (!fits)
                return false;
        }

        return true;
    }
}
