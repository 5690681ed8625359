using System.Buffers;
using System.Text.Json;
using SigningAuthority.Api.Hosting;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors.Exports;

/// <summary>
/// The export's octets: a line that says what it is and proves it, a line for each entry, and a last line, without which it was cut off.
/// The format is described for auditors in deploy/runbooks and read by <c>signctl log check-export</c>; it grows by new members alone.
/// </summary>
internal static class WriteExport
{
    public const string MediaType = "application/x-ndjson";

    private const string Format = "signing-authority-export/v1";
    private const int FlushAt = 64 * 1024;

    private static readonly JsonWriterOptions Spelling = new() { Encoder = JsonSpelling.Options.Encoder };

    public static async Task RunAsync(
        Stream body,
        ExportChoice choice,
        RangeProof proof,
        IReadOnlyList<IssuerSpan> issuers,
        IAsyncEnumerable<ExportedEntry> entries
    )
    {
        var buffer = new ArrayBufferWriter<byte>(2 * FlushAt);
        var types = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var count = 0L;
        AddLine(buffer, json => WriteHeader(json, choice, proof, issuers));
        await foreach (var entry in entries)
        {
            AddLine(buffer, json => WriteEntry(json, entry));
            types[entry.Type] = types.GetValueOrDefault(entry.Type) + 1;
            count++;
            if (buffer.WrittenCount >= FlushAt)
                await FlushAsync(body, buffer);
        }

        AddLine(buffer, json => WriteFooter(json, count, types));
        await FlushAsync(body, buffer);
    }

    private static void WriteHeader(Utf8JsonWriter json, ExportChoice choice, RangeProof proof, IReadOnlyList<IssuerSpan> issuers)
    {
        json.WriteString("format", Format);
        json.WriteString("origin", Checkpoint.Parse(SignedNote.Parse(choice.Checkpoint.Note).Text).Origin);
        json.WriteString("checkpoint", choice.Checkpoint.Note);
        json.WriteNumber("from", choice.From);
        json.WriteNumber("to", choice.To);
        WriteHashes(json, "leftNodes", proof.Left);
        WriteHashes(json, "rightNodes", proof.Right);
        json.WriteStartArray("issuers");
        foreach (var issuer in issuers)
        {
            json.WriteStartObject();
            json.WriteString("authority", issuer.Authority);
            json.WriteNumber("first", issuer.First);
            json.WriteNumber("last", issuer.Last);
            json.WriteNumber("count", issuer.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, ExportedEntry entry)
    {
        json.WriteNumber("index", entry.Index);
        json.WritePropertyName(AuditedEntry.EntryMember);
        AuditedEntry.WriteEntry(json, entry.Entry);
    }

    private static void WriteFooter(Utf8JsonWriter json, long count, SortedDictionary<string, long> types)
    {
        json.WriteNumber("entries", count);
        json.WriteStartObject("types");
        foreach (var (type, number) in types)
            json.WriteNumber(type, number);
        json.WriteEndObject();
    }

    private static void WriteHashes(Utf8JsonWriter json, string name, IReadOnlyList<byte[]> hashes)
    {
        json.WriteStartArray(name);
        foreach (var hash in hashes)
            json.WriteBase64StringValue(hash);
        json.WriteEndArray();
    }

    private static void AddLine(ArrayBufferWriter<byte> buffer, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(buffer, Spelling))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    private static async Task FlushAsync(Stream body, ArrayBufferWriter<byte> buffer)
    {
        await body.WriteAsync(buffer.WrittenMemory);
        buffer.ResetWrittenCount();
    }
}
