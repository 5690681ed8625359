using System.Text.Json;
using CsvHelper;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors;

/// <summary>A form in which a page of entries is handed out.</summary>
internal sealed record EntryFormat(string Name, string MediaType, Func<IReadOnlyList<LoggedEntry>, string?, byte[]> Encode)
{
    private static readonly EntryFormat[] All =
    [
        new("json", "application/json", (page, next) => Json(page, next)),
        new("ndjson", "application/x-ndjson", (page, _) => Ndjson(page)),
        new("csv", "text/csv", (page, _) => Csv(page)),
    ];

    private static readonly JsonWriterOptions Spelling = new() { Encoder = JsonSpelling.Options.Encoder };

    /// <summary>The first that the Accept header names, by its preference (RFC 9110 §12.5.1); JSON where it names none or anything.</summary>
    public static EntryFormat? Choose(HttpRequest request)
    {
        var accepted = request
            .GetTypedHeaders()
            .Accept.Where(range => range.Quality is not 0)
            .OrderByDescending(range => range.Quality ?? 1)
            .ToList();
        if (accepted.Count == 0)
            return All[0];
        return accepted
            .Select(range => Array.Find(All, format => range.MatchesMediaType(format.MediaType)))
            .FirstOrDefault(format => format is not null);
    }

    private static byte[] Json(IReadOnlyList<LoggedEntry> page, string? next)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Spelling))
        {
            json.WriteStartObject();
            json.WriteStartArray("entries");
            foreach (var entry in page)
                AuditedEntry.Write(json, entry);
            json.WriteEndArray();
            json.WriteString("next", next);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static byte[] Ndjson(IReadOnlyList<LoggedEntry> page)
    {
        using var buffer = new MemoryStream();
        foreach (var entry in page)
        {
            using (var json = new Utf8JsonWriter(buffer, Spelling))
                AuditedEntry.Write(json, entry);
            buffer.WriteByte((byte)'\n');
        }

        return buffer.ToArray();
    }

    /// <summary>
    /// RFC 4180. Names in entries were chosen by callers: a field that a spreadsheet would take for a formula is escaped (OWASP, "CSV
    /// Injection"), so CSV is for reading and the other formats are for verifying.
    /// </summary>
    private static byte[] Csv(IReadOnlyList<LoggedEntry> page)
    {
        using var buffer = new MemoryStream();
        using (var csv = CsvWriter.Create(buffer, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true))
        {
            csv.WriteRecord(
                "index",
                "at",
                "type",
                "actor",
                "subject",
                "requestId",
                "mac",
                "serial",
                "fingerprint",
                "writtenBy",
                "leafHash",
                "entry"
            );
            foreach (var entry in page)
                WriteRow(csv, entry);
        }

        return buffer.ToArray();
    }

    private static void WriteRow(CsvWriter csv, LoggedEntry entry)
    {
        csv.WriteField(entry.Index);
        csv.WriteField(entry.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ"));
        csv.WriteField(entry.Type);
        csv.WriteField(entry.Actor);
        csv.WriteField(entry.Subject);
        csv.WriteField(entry.RequestId);
        csv.WriteField(entry.Mac);
        csv.WriteField(entry.Serial);
        csv.WriteField(entry.Fingerprint is { } octets ? Convert.ToHexStringLower(octets) : null);
        csv.WriteField(entry.WrittenBy);
        csv.WriteField(Convert.ToHexStringLower(entry.LeafHash));
        csv.WriteField(entry.Entry.AsSpan());
        csv.EndRecord();
    }
}
