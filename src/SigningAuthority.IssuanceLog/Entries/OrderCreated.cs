using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A production order was made: stations may draw its devices' certificates.</summary>
public sealed record OrderCreated : LogEntry
{
    public const string TypeName = "order.created";

    public override string Type => TypeName;

    public required string Order { get; init; }

    public required IReadOnlyList<string> Products { get; init; }

    public required IReadOnlyList<string> MacRanges { get; init; }

    public required IReadOnlyList<string> Serials { get; init; }

    public required int Quantity { get; init; }

    public required IReadOnlyList<string> Stations { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public string? Profile { get; init; }

    /// <summary>"Device" or "Authority".</summary>
    public required string KeySource { get; init; }

    /// <summary>Of the signed file that it was loaded from; set exactly when <see cref="SignedBy"/> is.</summary>
    public string? FileSha256 { get; init; }

    /// <summary>Name of the key that signed the file.</summary>
    public string? SignedBy { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("order", Order);
        json.WriteTexts("products", Products);
        json.WriteTexts("macRanges", MacRanges);
        json.WriteTexts("serials", Serials);
        json.WriteNumber("quantity", Quantity);
        json.WriteTexts("stations", Stations);
        json.WriteTime("notBefore", NotBefore);
        json.WriteTime("notAfter", NotAfter);
        json.WriteOptionalText("profile", Profile);
        json.WriteText("keySource", KeySource);
        json.WriteOptionalDigest("fileSha256", FileSha256);
        json.WriteOptionalText("signedBy", SignedBy);
    }
}
