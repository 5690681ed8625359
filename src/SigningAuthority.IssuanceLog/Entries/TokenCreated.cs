using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A bearer token was made. The token itself is never written, here or elsewhere.</summary>
public sealed record TokenCreated : LogEntry
{
    public const string TypeName = "token.created";

    public override string Type => TypeName;

    public required Guid TokenId { get; init; }

    /// <summary>"provider", "auditor", "operator" or "officer".</summary>
    public required string Role { get; init; }

    public required string Label { get; init; }

    /// <summary>The tenant it is scoped to, where the role is provider.</summary>
    public string? Provider { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The person who has it, where the operator said.</summary>
    public string? Holder { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("tokenId", TokenId);
        json.WriteText("role", Role);
        json.WriteText("label", Label);
        json.WriteOptionalText("provider", Provider);
        json.WriteTime("expiresAt", ExpiresAt);
        json.WriteOptionalText("holder", Holder);
    }
}
