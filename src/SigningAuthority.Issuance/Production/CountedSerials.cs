namespace SigningAuthority.Issuance.Production;

/// <summary>Serial numbers that can be counted up: those of a rule that varies in one run of digits.</summary>
/// <param name="Digits">How many, with leading zeros; 1 to 9.</param>
/// <param name="First">Inclusive.</param>
/// <param name="Last">Inclusive.</param>
public sealed record CountedSerials(string Prefix, int Digits, long First, long Last, string Suffix)
{
    private const int MostDigits = 9;

    /// <summary>"FM500H######": every number. Null where another character varies, or none.</summary>
    internal static CountedSerials? OfPattern(string pattern)
    {
        var (begin, end) = (pattern.IndexOf('#', StringComparison.Ordinal), pattern.LastIndexOf('#') + 1);
        if (
            begin < 0
            || end - begin > MostDigits
            || pattern.AsSpan(begin, end - begin).IndexOfAnyExcept('#') >= 0
            || pattern.AsSpan().IndexOfAny("?*") >= 0
        )
            return null;

        var digits = end - begin;
        return new CountedSerials(pattern[..begin], digits, 0, (long)Math.Pow(10, digits) - 1, pattern[end..]);
    }

    /// <summary>"FM500H000001..FM500H009999". Null where the ends differ in something else than digits at their end.</summary>
    internal static CountedSerials? OfRange(string first, string last)
    {
        var shared = first.AsSpan().CommonPrefixLength(last);
        var (from, to) = (first[shared..], last[shared..]);
        return from.Length is >= 1 and <= MostDigits && from.All(char.IsAsciiDigit) && to.All(char.IsAsciiDigit)
            ? new CountedSerials(first[..shared], from.Length, long.Parse(from), long.Parse(to), "")
            : null;
    }
}
