using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A bearer token stopped working before its time.</summary>
public sealed record TokenRevoked : LogEntry
{
    public const string TypeName = "token.revoked";

    public override string Type => TypeName;

    public required Guid TokenId { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("tokenId", TokenId);
    }
}
