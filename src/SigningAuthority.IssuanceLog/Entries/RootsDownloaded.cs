using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>Somebody known to us took a root or a bundle of roots.</summary>
public sealed record RootsDownloaded : LogEntry
{
    public const string TypeName = "roots.downloaded";

    public override string Type => TypeName;

    /// <summary>The published file's name.</summary>
    public required string Name { get; init; }

    public required string Format { get; init; }

    /// <summary>Of the file as it was handed out; entries from before it was noted have none.</summary>
    public string? Sha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("name", Name);
        json.WriteText("format", Format);
        json.WriteOptionalDigest("sha256", Sha256);
    }
}
