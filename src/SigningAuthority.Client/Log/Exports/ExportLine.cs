using System.Text.Json;

namespace SigningAuthority.Client.Log.Exports;

/// <summary>A line between an export's first and last: an index, and the entry's own octets as they stand in the line.</summary>
/// <param name="Entry">Octet for octet what the leaf is the hash of.</param>
internal readonly record struct ExportLine(long Index, byte[] Entry)
{
    /// <returns>False for the last line, which has no index.</returns>
    /// <exception cref="LogDefectException">The line is neither.</exception>
    public static bool TryRead(ReadOnlySpan<byte> line, out ExportLine read)
    {
        read = default;
        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            if (!json.Read() || !json.ValueTextEquals("index"u8))
                return false;
            json.Read();
            var index = json.GetInt64();
            if (json.Read() && json.ValueTextEquals("entry"u8) && json.Read())
            {
                var start = (int)json.TokenStartIndex;
                json.Skip();
                read = new ExportLine(index, Octets(line[start..(int)json.BytesConsumed]));
                return true;
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException) { }

        throw new LogDefectException(FindingCodes.ExportMalformed, "a line is neither an entry with its index nor the last line.");
    }

    // What is no entry can't stand in a line as it is, and comes wrapped: {"notAnEntry":"base64"}.
    private static byte[] Octets(ReadOnlySpan<byte> value)
    {
        var json = new Utf8JsonReader(value);
        json.Read();
        return json.TokenType == JsonTokenType.StartObject && json.Read() && json.ValueTextEquals("notAnEntry"u8) && json.Read()
            ? json.GetBytesFromBase64()
            : value.ToArray();
    }
}
