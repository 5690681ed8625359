using System.Buffers;
using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The few forms that members of an entry may take. A wrong form is a defect of the caller, so it throws.</summary>
internal static class EntryWriting
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> UpperHex = SearchValues.Create("0123456789ABCDEF");

    internal static void WriteText(this Utf8JsonWriter json, string name, string text)
    {
        if (string.IsNullOrEmpty(text))
            throw new InvalidEntryException($"The member \"{name}\" may not be empty.");

        json.WriteString(name, LoggedText.From(text));
    }

    internal static void WriteOptionalText(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, LoggedText.From(text));
    }

    internal static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteString(name, EntryTime.Format(time));

    internal static void WriteTexts(this Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(LoggedText.From(text));
        json.WriteEndArray();
    }

    /// <summary>A SHA-256 value.</summary>
    internal static void WriteDigest(this Utf8JsonWriter json, string name, string digest)
    {
        if (!IsDigest(digest))
            throw new InvalidEntryException($"The member \"{name}\" must be 64 lower-case hexadecimal digits.");

        json.WriteString(name, digest);
    }

    internal static void WriteOptionalDigest(this Utf8JsonWriter json, string name, string? digest)
    {
        if (digest is not null)
            json.WriteDigest(name, digest);
    }

    internal static void WriteMac(this Utf8JsonWriter json, string name, string mac)
    {
        if (!IsMac(mac))
            throw new InvalidEntryException($"The member \"{name}\" must be 12 upper-case hexadecimal digits.");

        json.WriteString(name, mac);
    }

    /// <summary>A certificate's serial number: upper-case hexadecimal, 1 to 20 octets (RFC 5280 §4.1.2.2).</summary>
    internal static void WriteSerialNumber(this Utf8JsonWriter json, string name, string number)
    {
        if (number is not { Length: >= 2 and <= 40 } || number.Length % 2 != 0 || number.AsSpan().ContainsAnyExcept(UpperHex))
            throw new InvalidEntryException($"The member \"{name}\" must be 1 to 20 octets in upper-case hexadecimal.");

        json.WriteString(name, number);
    }

    internal static bool IsDigest(string? text) => text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept(LowerHex);

    internal static bool IsMac(string? text) => text is { Length: 12 } && !text.AsSpan().ContainsAnyExcept(UpperHex);
}
