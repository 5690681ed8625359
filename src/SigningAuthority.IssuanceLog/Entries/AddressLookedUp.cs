using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The addresses of a requested name were looked up. The request id and the name stand in the envelope.</summary>
public sealed record AddressLookedUp : LogEntry
{
    public const string TypeName = "address.looked-up";

    public override string Type => TypeName;

    /// <summary>What the provider said; may be empty.</summary>
    public required IReadOnlyList<string> Expected { get; init; }

    /// <summary>Its A records.</summary>
    public required IReadOnlyList<string> Found { get; init; }

    /// <summary>What the provider is warned of: "address-mismatch", "address-not-found" and so on; none when all is well.</summary>
    public string? Code { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteTexts("expected", Expected);
        json.WriteTexts("found", Found);
        json.WriteOptionalText("code", Code);
    }
}
