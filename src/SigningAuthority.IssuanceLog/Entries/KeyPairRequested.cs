using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A station asked for a key pair for a unit that can't make one.</summary>
public sealed record KeyPairRequested : LogEntry
{
    public const string TypeName = "key-pair.requested";

    public override string Type => TypeName;

    public required Guid KeyPairId { get; init; }

    /// <summary>Name of the production order.</summary>
    public required string Order { get; init; }

    public required string Product { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the configuration that decided.</summary>
    public required string PolicyHash { get; init; }

    public string? SourceAddress { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("keyPairId", KeyPairId);
        json.WriteText("order", Order);
        json.WriteText("product", Product);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
        json.WriteOptionalText("sourceAddress", SourceAddress);
    }
}
