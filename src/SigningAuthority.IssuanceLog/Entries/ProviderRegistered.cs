using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider became a tenant.</summary>
public sealed record ProviderRegistered : LogEntry
{
    public const string TypeName = "provider.registered";

    public override string Type => TypeName;

    public required Guid ProviderId { get; init; }

    /// <summary>Its name.</summary>
    public required string Provider { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("providerId", ProviderId);
        json.WriteText("provider", Provider);
    }
}
