using System.Buffers;
using System.Text.Json;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>The bytes of a <see cref="VerificationState"/>.</summary>
internal static class VerificationStateFormat
{
    private const int Version = 1;

    internal static byte[] Write(VerificationState state)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteNumber("size", state.Size);
            json.WriteBase64String("frontier", state.Tree.ToBytes());
            json.WriteString("latest", state.Latest);
            json.WriteNumber("intended", state.Intended);
            json.WriteNumber("issued", state.Issued);
            json.WriteStartObject("issuerSequences");
            foreach (var (authority, last) in state.IssuerSequences)
                json.WriteNumber(authority, last);
            json.WriteEndObject();
            json.WriteStartObject("openIntents");
            foreach (var (certificate, toBeSigned) in state.OpenIntents)
                json.WriteString(certificate, toBeSigned);
            json.WriteEndObject();
            json.WriteStartArray("checkpoints");
            foreach (var checkpoint in state.Checkpoints)
                json.WriteStringValue(checkpoint.Body());
            json.WriteEndArray();
            json.WriteNumber("findingCount", state.FindingCount);
            json.WriteStartArray("findings");
            foreach (var finding in state.Findings)
                WriteFinding(json, finding);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static VerificationState Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            using var document = JsonDocument.ParseValue(ref reader);
            var json = document.RootElement;
            if (json.GetProperty("v").GetInt32() != Version)
                throw new FormatException("The verification's state is of another version: start again without it.");

            var tree = CompactRange.FromBytes(json.GetProperty("size").GetInt64(), json.GetProperty("frontier").GetBytesFromBase64());
            if (tree.Size % TilePath.FullWidth != 0)
                throw new FormatException("The verification's state does not end with a whole bundle.");

            var state = new VerificationState(tree)
            {
                Latest = json.GetProperty("latest").GetDateTimeOffset(),
                Intended = json.GetProperty("intended").GetInt64(),
                Issued = json.GetProperty("issued").GetInt64(),
                FindingCount = json.GetProperty("findingCount").GetInt64(),
            };
            foreach (var issuer in json.GetProperty("issuerSequences").EnumerateObject())
                state.LastNumbers.Add(issuer.Name, issuer.Value.GetInt64());
            foreach (var intent in json.GetProperty("openIntents").EnumerateObject())
                state.OpenIntents.Add(intent.Name, intent.Value.GetString()!);
            foreach (var checkpoint in json.GetProperty("checkpoints").EnumerateArray())
                state.Remember(Checkpoint.Parse(checkpoint.GetString()!));
            state.Restore(json.GetProperty("findings").EnumerateArray().Select(ReadFinding));
            return state;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new FormatException("The bytes are not a verification's state: " + e.Message, e);
        }
    }

    private static void WriteFinding(Utf8JsonWriter json, LogFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("code", finding.Code);
        json.WriteString("message", finding.Message);
        if (finding.Index is { } index)
            json.WriteNumber("index", index);
        json.WriteEndObject();
    }

    private static LogFinding ReadFinding(JsonElement json) =>
        new(
            json.GetProperty("code").GetString()!,
            json.GetProperty("message").GetString()!,
            json.TryGetProperty("index", out var index) ? index.GetInt64() : null
        );
}
