using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider took the kit of an issued request: its certificates, the client roots, configurations.</summary>
public sealed record KitDownloaded : LogEntry
{
    public const string TypeName = "kit.downloaded";

    public override string Type => TypeName;

    /// <summary>Ids of the authorities whose certificates the kit's configurations serve.</summary>
    public required IReadOnlyList<string> Generations { get; init; }

    /// <summary>Of the zip as it was sent.</summary>
    public required string KitSha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteTexts("generations", Generations);
        json.WriteDigest("kitSha256", KitSha256);
    }
}
