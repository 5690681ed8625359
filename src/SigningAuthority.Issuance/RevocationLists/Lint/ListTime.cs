using System.Formats.Asn1;

namespace SigningAuthority.Issuance.RevocationLists.Lint;

/// <summary>A time on a list, and whether it is in the form that RFC 5280 §5.1.2.4 wants it in.</summary>
internal readonly record struct ListTime(DateTimeOffset Time, bool IsInItsForm)
{
    private const byte UtcTime = 0x17;
    private const byte GeneralizedTime = 0x18;

    /// <exception cref="AsnContentException">It is no time in Zulu and whole seconds.</exception>
    public static ListTime Read(byte tag, ReadOnlySpan<byte> text)
    {
        DerStream.Require(
            (tag, text.Length) is (UtcTime, 13) or (GeneralizedTime, 15) && text[^1] == (byte)'Z',
            "A time is neither UTCTime nor GeneralizedTime in Zulu and whole seconds."
        );
        var at = 0;
        var century = tag == GeneralizedTime ? TwoDigits(text, ref at) * 100 : -1;
        var inCentury = TwoDigits(text, ref at);
        // §5.1.2.4, as §4.1.2.5.1: a year of 50 or more is of the 20th century.
        var year =
            (
                century >= 0 ? century
                : inCentury >= 50 ? 1900
                : 2000
            ) + inCentury;
        var (month, day) = (TwoDigits(text, ref at), TwoDigits(text, ref at));
        var (hour, minute, second) = (TwoDigits(text, ref at), TwoDigits(text, ref at), TwoDigits(text, ref at));
        DerStream.Require(
            year >= 1
                && month is >= 1 and <= 12
                && day >= 1
                && day <= DateTime.DaysInMonth(year, month)
                && hour < 24
                && minute < 60
                && second < 60,
            "A time is not of the calendar."
        );
        return new ListTime(new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero), tag == UtcTime || year >= 2050);
    }

    private static int TwoDigits(ReadOnlySpan<byte> text, ref int at)
    {
        var (tens, ones) = (text[at] - '0', text[at + 1] - '0');
        DerStream.Require(tens is >= 0 and <= 9 && ones is >= 0 and <= 9, "A time has something else than digits.");
        at += 2;
        return (tens * 10) + ones;
    }
}
