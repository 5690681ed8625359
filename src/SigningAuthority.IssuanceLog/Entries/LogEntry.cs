using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>
/// One act, as the append-only log keeps it. The envelope below is common to all kinds and repeated in the database's
/// columns so that it can be searched; the kinds add what is particular to them. The format is described in README.md.
/// </summary>
public abstract record LogEntry
{
    /// <summary>Version of the format, the first member of each entry.</summary>
    public const int Version = 1;

    /// <summary>An entry fits the 16-bit length of a tile's leaf (C2SP tlog-tiles, "Log Entries").</summary>
    public const int MaxEncodedOctets = 65_535;

    // Relaxed: the bytes are never placed inside HTML unescaped, and people read them. Control characters stay escaped.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Only the kinds of this assembly: each is documented, and each can be read back.
    private protected LogEntry() { }

    /// <summary>The kind's stable name, such as "request.submitted"; one of <see cref="EntryTypes.All"/>.</summary>
    public abstract string Type { get; }

    /// <summary>When the act happened: UTC, cut to whole microseconds, which is what Postgres keeps.</summary>
    public required DateTimeOffset At
    {
        get;
        init => field = EntryTime.ToMicroseconds(value);
    }

    /// <summary>Who acted: "provider/telco", "station/line-1", "signer/&lt;instance&gt;", "anonymous" and so on.</summary>
    public required string Actor
    {
        get;
        init => field = LoggedText.From(value);
    }

    /// <summary>What the act is about: an FQDN, a device's common name, a provider's name.</summary>
    public string? Subject
    {
        get;
        init => field = LoggedText.FromOptional(value);
    }

    public Guid? RequestId { get; init; }

    /// <summary>12 upper-case hexadecimal digits.</summary>
    public string? Mac { get; init; }

    /// <summary>The device's serial number, not a certificate's.</summary>
    public string? Serial
    {
        get;
        init => field = LoggedText.FromOptional(value);
    }

    /// <summary>SHA-256 of a certificate, 64 lower-case hexadecimal digits.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// The canonical bytes. They are made once, when the act is committed, and stored: from then on the bytes are the entry.
    /// </summary>
    /// <exception cref="InvalidEntryException">A member breaks its form, or the entry is longer than 65,535 octets.</exception>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            WriteEnvelope(json);
            WriteDetails(json);
            json.WriteEndObject();
        }

        return buffer.WrittenCount <= MaxEncodedOctets
            ? buffer.WrittenSpan.ToArray()
            : throw new InvalidEntryException($"A {Type} entry of {buffer.WrittenCount} octets is longer than {MaxEncodedOctets}.");
    }

    /// <summary>Writes the kind's own members, after the envelope and in an order that never changes.</summary>
    private protected abstract void WriteDetails(Utf8JsonWriter json);

    private void WriteEnvelope(Utf8JsonWriter json)
    {
        json.WriteNumber(EnvelopeMember.Version, Version);
        json.WriteText(EnvelopeMember.Type, Type);
        json.WriteTime(EnvelopeMember.At, At);
        json.WriteText(EnvelopeMember.Actor, Actor);
        json.WriteOptionalText(EnvelopeMember.Subject, Subject);
        if (RequestId is { } requestId)
            json.WriteString(EnvelopeMember.RequestId, requestId);
        if (Mac is not null)
            json.WriteMac(EnvelopeMember.Mac, Mac);
        json.WriteOptionalText(EnvelopeMember.Serial, Serial);
        if (Fingerprint is not null)
            json.WriteDigest(EnvelopeMember.Fingerprint, Fingerprint);
    }
}
