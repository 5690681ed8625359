using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>
/// Reads what <see cref="LogEntry.Encode"/> wrote and nothing looser: the envelope's members first, in their order, each
/// member once, no white space between them, so that two readers can never see two different entries in the same bytes, and
/// an entry is one line wherever it stands (NDJSON).
/// </summary>
internal static class StoredEntryReader
{
    internal static StoredEntry Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LogEntry.MaxEncodedOctets)
            throw new FormatException($"An entry of {bytes.Length} octets is longer than {LogEntry.MaxEncodedOctets}.");

        Expect(IsCompact(bytes), "it has white space or control characters between its members");
        try
        {
            var json = new Utf8JsonReader(bytes);
            var envelope = new string?[EnvelopeMember.InOrder.Length];
            var details = ReadMembers(ref json, envelope, out var issuerSequence);
            return ToEntry(envelope, details) with { IssuerSequence = issuerSequence };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string whose UTF-8 or escapes do not make valid text.
            throw new FormatException("The bytes are not an entry: " + e.Message, e);
        }
    }

    // RFC 8259 §2: insignificant white space is space, tab, line feed and carriage return, of which only the space may stand in a string.
    private static bool IsCompact(ReadOnlySpan<byte> bytes)
    {
        if (bytes.ContainsAnyInRange((byte)0, (byte)0x1F))
            return false;
        if (!bytes.Contains((byte)' '))
            return true;

        var inText = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            switch (bytes[i])
            {
                case (byte)'"':
                    inText = !inText;
                    break;
                case (byte)'\\' when inText:
                    i++;
                    break;
                case (byte)' ' when !inText:
                    return false;
            }
        }

        return true;
    }

    private static Dictionary<string, string> ReadMembers(ref Utf8JsonReader json, string?[] envelope, out long? issuerSequence)
    {
        issuerSequence = null;
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject, "it is not an object");

        var names = new HashSet<string>();
        var details = new Dictionary<string, string>();
        var next = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            Expect(names.Add(name), $"the member \"{name}\" comes twice");
            json.Read();

            var place = Array.IndexOf(EnvelopeMember.InOrder, name);
            if (place >= 0)
            {
                Expect(place >= next, $"the member \"{name}\" is out of order");
                envelope[place] = ReadEnvelopeValue(ref json, name);
                next = place + 1;
                continue;
            }

            next = EnvelopeMember.InOrder.Length;
            if (json.TokenType == JsonTokenType.String)
                details.Add(name, json.GetString()!);
            else if (name == "issuerSequence" && json.TokenType == JsonTokenType.Number)
                issuerSequence = json.TryGetInt64(out var number)
                    ? number
                    : throw new FormatException("The issuer's number is not a whole one.");
            else
                json.Skip();
        }

        // Reads on to the end, so that octets after the object are an error.
        while (json.Read()) { }

        return details;
    }

    private static string ReadEnvelopeValue(ref Utf8JsonReader json, string name)
    {
        if (name == EnvelopeMember.Version)
        {
            Expect(json.TokenType == JsonTokenType.Number && json.ValueSpan.SequenceEqual("1"u8), "its version is unknown");
            return "1";
        }

        Expect(json.TokenType == JsonTokenType.String, $"the member \"{name}\" is not a string");
        return json.GetString()!;
    }

    private static StoredEntry ToEntry(string?[] envelope, Dictionary<string, string> details)
    {
        Expect(envelope is [not null, not null, not null, not null, ..], "its version, type, time or actor is missing");
        Expect(EntryTime.TryParse(envelope[2], out var at), "its time has another form");
        var requestId = Guid.Empty;
        Expect(envelope[5] is null || Guid.TryParseExact(envelope[5], "D", out requestId), "its request id has another form");
        Expect(envelope[6] is null || EntryWriting.IsMac(envelope[6]), "its MAC has another form");
        Expect(envelope[8] is null || EntryWriting.IsDigest(envelope[8]), "its fingerprint has another form");
        return new StoredEntry
        {
            Type = envelope[1]!,
            At = at,
            Actor = envelope[3]!,
            Subject = envelope[4],
            RequestId = envelope[5] is null ? null : requestId,
            Mac = envelope[6],
            Serial = envelope[7],
            Fingerprint = envelope[8],
            Details = details,
        };
    }

    private static void Expect(bool condition, string defect)
    {
        if (!condition)
            throw new FormatException("The bytes are not an entry: " + defect + ".");
    }
}
