using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SigningAuthority.Issuance.Production;

/// <summary>A moment in a file that somebody signed: RFC 3339, UTC where it has no offset, whatever the machine that reads it thinks its zone is.</summary>
public sealed class OrderTime : JsonConverter<DateTimeOffset>
{
    private static readonly string[] Spellings = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            text,
            Spellings,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time
        );

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException("A time is written as 2026-12-01T00:00:00Z.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToUniversalTime().ToString(Spellings[1], CultureInfo.InvariantCulture));
}
