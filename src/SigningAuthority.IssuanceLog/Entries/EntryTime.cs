using System.Globalization;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>
/// Times in entries: RFC 3339, UTC, "Z", exactly six fraction digits. One spelling an instant, the same instant that a
/// timestamptz column holds.
/// </summary>
internal static class EntryTime
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    internal static DateTimeOffset ToMicroseconds(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    internal static string Format(DateTimeOffset time) => time.ToUniversalTime().ToString(Form, CultureInfo.InvariantCulture);

    internal static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
