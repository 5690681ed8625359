using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Roots;

/// <summary>
/// A manifest's JSON: for programs, and for people who read it before they trust it. Ends in a line feed and holds no other control
/// characters, so that it can be the text of a signed note (C2SP signed-note). It begins with a brace, which no checkpoint does: a signature
/// under the one is never one under the other.
/// </summary>
internal static class RootManifestFormat
{
    private const string Name = "signing-authority roots v1";
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int DigestDigits = 64;

    // Nothing of it is placed inside HTML unescaped; control characters stay escaped. "\n" on every system.
    private static readonly JsonWriterOptions Spelling = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(RootManifest manifest)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, Spelling))
        {
            json.WriteStartObject();
            json.WriteString("format", Name);
            json.WriteString("origin", manifest.Origin);
            json.WriteNumber("version", manifest.Version);
            json.WriteString("at", Format(manifest.At));
            json.WriteStartArray("roots");
            foreach (var root in manifest.Roots)
                Write(json, root);
            json.WriteEndArray();
            Write(json, "bundles", manifest.Bundles);
            json.WriteEndObject();
        }

        return [.. octets.WrittenSpan, (byte)'\n'];
    }

    public static RootManifest Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8.ToArray());
            var json = document.RootElement;
            if (Text(json, "format") != Name)
                throw new FormatException($"The manifest's format is not \"{Name}\".");
            return new RootManifest(
                Text(json, "origin"),
                json.GetProperty("version").GetInt64(),
                Moment(json, "at"),
                [.. json.GetProperty("roots").EnumerateArray().Select(ReadRoot)],
                ReadFiles(json, "bundles")
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("The bytes are no manifest of roots: " + e.Message, e);
        }
    }

    private static void Write(Utf8JsonWriter json, ManifestRoot root)
    {
        json.WriteStartObject();
        json.WriteString("id", root.Id);
        json.WriteString("purpose", root.Purpose.ToString());
        json.WriteString("standing", root.Standing.ToString().ToLowerInvariant());
        json.WriteString("displayName", root.DisplayName);
        json.WriteString("subject", root.Subject);
        if (root.PublishedAs is { } known)
            json.WriteString("publishedAs", known);
        json.WriteString("sha256", root.Sha256);
        json.WriteString("spkiSha256", root.PublicKeySha256);
        json.WriteString("notBefore", Format(root.NotBefore));
        json.WriteString("notAfter", Format(root.NotAfter));
        if (root.ActiveFrom is { } from)
            json.WriteString("activeFrom", Format(from));
        Write(json, "files", root.Files);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ManifestFile> files)
    {
        json.WriteStartArray(name);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteString("sha256", file.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ManifestRoot ReadRoot(JsonElement json) =>
        new(
            Text(json, "id"),
            Named<AuthorityPurpose>(json, "purpose"),
            Named<Standing>(json, "standing"),
            Text(json, "displayName"),
            Text(json, "subject"),
            json.TryGetProperty("publishedAs", out var known) ? known.GetString() : null,
            Digest(json, "sha256"),
            Digest(json, "spkiSha256"),
            Moment(json, "notBefore"),
            Moment(json, "notAfter"),
            json.TryGetProperty("activeFrom", out _) ? Moment(json, "activeFrom") : null,
            ReadFiles(json, "files")
        );

    private static IReadOnlyList<ManifestFile> ReadFiles(JsonElement json, string member) =>
        [.. json.GetProperty(member).EnumerateArray().Select(file => new ManifestFile(FileName(file), Digest(file, "sha256")))];

    private static string Text(JsonElement json, string member) =>
        json.GetProperty(member).GetString() ?? throw new FormatException($"The manifest's {member} is null.");

    // Whoever keeps the files writes them under these names: none may lead elsewhere.
    private static string FileName(JsonElement json)
    {
        var name = Text(json, "name");
        return
            name.Length is > 0 and <= 100
            && name[0] != '.'
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_')
            ? name
            : throw new FormatException("The manifest names a file as no file here is named.");
    }

    private static string Digest(JsonElement json, string member)
    {
        var text = Text(json, member);
        return text.Length == DigestDigits && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw new FormatException($"The manifest's {member} is not {DigestDigits} lower-case hexadecimal digits.");
    }

    private static TName Named<TName>(JsonElement json, string member)
        where TName : struct, Enum
    {
        var text = Text(json, member);
        return Array.Find(Enum.GetNames<TName>(), name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<TName>(known)
            : throw new FormatException($"The manifest's {member} is none that is known here.");
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(JsonElement json, string member) =>
        DateTimeOffset.TryParseExact(
            Text(json, member),
            Time,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : throw new FormatException($"The manifest's {member} is not like 2026-11-21T00:00:00Z.");
}
