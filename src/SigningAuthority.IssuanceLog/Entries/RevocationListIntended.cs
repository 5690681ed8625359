using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The exact to-be-signed bytes of a list of revoked certificates are decided and durable; the key has not been used yet.</summary>
public sealed record RevocationListIntended : LogEntry
{
    public const string TypeName = "crl.intended";

    public override string Type => TypeName;

    /// <summary>The issuing authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    /// <summary>"complete", "delta" or "shard".</summary>
    public required string List { get; init; }

    /// <summary>Which part of the authority's certificates; null where it is about all.</summary>
    public int? Shard { get; init; }

    /// <summary>The cRLNumber.</summary>
    public required long Number { get; init; }

    /// <summary>Of a delta: the cRLNumber of the list that it adds to.</summary>
    public long? BaseNumber { get; init; }

    public required DateTimeOffset ThisUpdate { get; init; }

    public required DateTimeOffset NextUpdate { get; init; }

    /// <summary>Revoked certificates in it.</summary>
    public required long Entries { get; init; }

    public required string ToBeSignedSha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("list", List);
        if (Shard is { } shard)
            json.WriteNumber("shard", shard);
        json.WriteNumber("number", Number);
        if (BaseNumber is { } number)
            json.WriteNumber("baseNumber", number);
        json.WriteTime("thisUpdate", ThisUpdate);
        json.WriteTime("nextUpdate", NextUpdate);
        json.WriteNumber("entries", Entries);
        json.WriteDigest("toBeSignedSha256", ToBeSignedSha256);
    }
}
