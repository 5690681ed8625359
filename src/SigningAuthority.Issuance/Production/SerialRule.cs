using System.Diagnostics.CodeAnalysis;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Production;

/// <summary>
/// Which serial numbers an order has: a range of one length, both ends inclusive and compared as text ("FM500H000001..FM500H009999"), or a
/// pattern in which "#" stands for a digit, "?" for a letter or digit and "*" at the end for anything ("FM500H######", "*").
/// </summary>
public sealed record SerialRule
{
    private const string Separator = "..";

    private readonly string _first;
    private readonly string? _last;

    private SerialRule(string first, string? last) => (_first, _last) = (first, last);

    public bool Contains(string serial) =>
        _last is null
            ? Matches(serial)
            : serial.Length == _first.Length && string.CompareOrdinal(_first, serial) <= 0 && string.CompareOrdinal(serial, _last) <= 0;

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
