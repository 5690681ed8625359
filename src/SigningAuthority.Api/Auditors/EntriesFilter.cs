using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors;

/// <summary>An auditor's question as it was understood: the query itself, and its one spelling for the log and for the next page's address.</summary>
internal sealed record EntriesFilter(LogQuery Query, string Text)
{
    public const int MostInPage = 1000;

    private static readonly string[] Names =
    [
        "type",
        "actor",
        "subject",
        "requestId",
        "mac",
        "serial",
        "fingerprint",
        "from",
        "to",
        "after",
        "limit",
    ];

    public static EntriesFilter Read(QueryValues values)
    {
        var query = new LogQuery
        {
            Type = ReadType(values),
            Actor = values.Text("actor"),
            Subject = values.Text("subject"),
            RequestId = ReadId(values),
            Mac = ReadMac(values),
            Serial = values.Text("serial"),
            Fingerprint = ReadFingerprint(values),
            From = values.Time("from"),
            To = values.Time("to"),
            After = values.Number("after", -1, long.MaxValue) ?? -1,
            Limit = (int)(values.Number("limit", 1, MostInPage) ?? 100),
        };
        values.RequireKnown(Names);
        return new EntriesFilter(query, Spell(query));
    }

    // A mistyped filter must not look like an answer.
    private static string? ReadType(QueryValues values)
    {
        if (values.Text("type") is not { } text || EntryTypes.All.Contains(text))
            return values.Text("type");
        values.Add("type", "one of " + string.Join(", ", EntryTypes.All), text);
        return null;
    }

    /// <summary>The address of the page after the entry of this index.</summary>
    public string PageAfter(long index) => $"{AuditorEndpoints.Path}?{Spell(Query with { After = index })}";

    private static string Spell(LogQuery query) =>
        string.Join(
            '&',
            new (string Name, string? Value)[]
            {
                ("type", query.Type),
                ("actor", query.Actor),
                ("subject", query.Subject),
                ("requestId", query.RequestId?.ToString()),
                ("mac", query.Mac),
                ("serial", query.Serial),
                ("fingerprint", query.Fingerprint is { } octets ? Convert.ToHexStringLower(octets) : null),
                ("from", query.From?.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ")),
                ("to", query.To?.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ")),
                ("after", query.After >= 0 ? query.After.ToString() : null),
                ("limit", query.Limit.ToString()),
            }
                .Where(pair => pair.Value is not null)
                .Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}")
        );

    private static Guid? ReadId(QueryValues values)
    {
        if (values.Text("requestId") is not { } text)
            return null;
        if (Guid.TryParseExact(text, "D", out var id))
            return id;
        values.Add("requestId", "a request's id", text);
        return null;
    }

    private static string? ReadMac(QueryValues values)
    {
        if (values.Text("mac") is not { } text)
            return null;
        if (MacAddress.TryParse(text, out var mac))
            return mac.Upper;
        values.Add("mac", "12 hexadecimal digits", text);
        return null;
    }

    /// <summary>Bare, or in pairs with colons as OpenSSL prints it.</summary>
    private static byte[]? ReadFingerprint(QueryValues values)
    {
        if (values.Text("fingerprint") is not { } text)
            return null;
        var digits = text.Replace(":", "");
        if (digits.Length == 64 && digits.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(digits);
        values.Add("fingerprint", "a SHA-256 fingerprint of 64 hexadecimal digits", text);
        return null;
    }
}
