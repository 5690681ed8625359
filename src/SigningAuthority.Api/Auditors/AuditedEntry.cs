using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors;

/// <summary>An entry in its place in the log.</summary>
/// <param name="Index">Its leaf, counted from 0.</param>
/// <param name="LeafHash">RFC 6962 §2.1, lower-case hexadecimal: SHA-256 over a zero octet and the entry's octets.</param>
/// <param name="WrittenBy">The database role that wrote it.</param>
/// <param name="Entry">The entry itself, octet for octet as it is hashed; all members beside it are copies for convenience.</param>
internal sealed record AuditedEntry(
    long Index,
    string LeafHash,
    DateTimeOffset At,
    string Type,
    string Actor,
    string? Subject,
    Guid? RequestId,
    string? Mac,
    string? Serial,
    string? Fingerprint,
    string WrittenBy,
    JsonElement Entry
)
{
    public static readonly JsonEncodedText EntryMember = JsonEncodedText.Encode("entry");

    /// <summary>Writes the entry's own octets, not a rendering of them: whoever receives them can hash them.</summary>
    public static void Write(Utf8JsonWriter json, LoggedEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("index", entry.Index);
        json.WriteString("leafHash", Convert.ToHexStringLower(entry.LeafHash));
        json.WriteString("at", entry.At.UtcDateTime);
        json.WriteString("type", entry.Type);
        json.WriteString("actor", entry.Actor);
        WriteOptional(json, "subject", entry.Subject);
        WriteOptional(json, "requestId", entry.RequestId?.ToString());
        WriteOptional(json, "mac", entry.Mac);
        WriteOptional(json, "serial", entry.Serial);
        WriteOptional(json, "fingerprint", entry.Fingerprint is { } octets ? Convert.ToHexStringLower(octets) : null);
        json.WriteString("writtenBy", entry.WrittenBy);
        json.WritePropertyName(EntryMember);
        WriteEntry(json, entry.Entry);
        json.WriteEndObject();
    }

    /// <summary>Only canonical entries are written raw; octets that are none, as only a forger writes them, are shown as base64 and can't pass for lines of their own.</summary>
    public static void WriteEntry(Utf8JsonWriter json, byte[] octets)
    {
        try
        {
            StoredEntry.Read(octets);
            json.WriteRawValue(octets, skipInputValidation: true);
        }
        catch (FormatException)
        {
            json.WriteStartObject();
            json.WriteBase64String("notAnEntry", octets);
            json.WriteEndObject();
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}

/// <summary>A page of the log.</summary>
/// <param name="Next">Where the page after this one is; null when this one was not full.</param>
internal sealed record EntryPage(IReadOnlyList<AuditedEntry> Entries, [property: JsonRequired] string? Next);
