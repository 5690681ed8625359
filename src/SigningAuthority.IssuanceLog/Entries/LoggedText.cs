using System.Text;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>
/// Text that can always be written down, whoever chose it. A caller must not be able to escape the log with a name that
/// Postgres or JSON refuses (U+0000, a lone surrogate) or with one too long for an entry: such characters become U+FFFD,
/// and what is over the limit is cut and ends in "…".
/// </summary>
internal static class LoggedText
{
    /// <summary>UTF-16 code units; each takes at most six octets once escaped.</summary>
    internal const int MaxLength = 512;

    internal static string? FromOptional(string? text) => text is null ? null : From(text);

    internal static string From(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = text.Length <= MaxLength && (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') || text.EnumerateRunes().All(IsPlain));
        return plain ? text : Mend(text);
    }

    private static string Mend(string text)
    {
        var mended = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (mended.Length + rune.Utf16SequenceLength > MaxLength - 1 && text.Length > MaxLength)
                return mended.Append('…').ToString();

            mended.Append(IsPlain(rune) ? rune : Rune.ReplacementChar);
        }

        return mended.ToString();
    }

    // A lone surrogate enumerates as U+FFFD, so a text that holds one is rebuilt; a true U+FFFD comes out as it went in.
    private static bool IsPlain(Rune rune) => !Rune.IsControl(rune) && rune != Rune.ReplacementChar;
}
