using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The intended bytes of a list of revoked certificates were signed.</summary>
public sealed record RevocationListIssued : LogEntry
{
    public const string TypeName = "crl.issued";

    public override string Type => TypeName;

    /// <summary>The issuing authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    /// <summary>"complete", "delta" or "shard".</summary>
    public required string List { get; init; }

    /// <summary>Which part of the authority's certificates; null where it is about all.</summary>
    public int? Shard { get; init; }

    /// <summary>The cRLNumber.</summary>
    public required long Number { get; init; }

    public required string ToBeSignedSha256 { get; init; }

    /// <summary>Over the file that is published (DER).</summary>
    public required string CrlSha256 { get; init; }

    /// <summary>Length of that file.</summary>
    public required long Octets { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("list", List);
        if (Shard is { } shard)
            json.WriteNumber("shard", shard);
        json.WriteNumber("number", Number);
        json.WriteDigest("toBeSignedSha256", ToBeSignedSha256);
        json.WriteDigest("crlSha256", CrlSha256);
        json.WriteNumber("octets", Octets);
    }
}
