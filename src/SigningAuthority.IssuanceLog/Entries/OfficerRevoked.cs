using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A person approves no more; approvals that are not signed for yet count no more either.</summary>
public sealed record OfficerRevoked : LogEntry
{
    public const string TypeName = "officer.revoked";

    public override string Type => TypeName;

    public required Guid OfficerId { get; init; }

    public required string Officer { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("officerId", OfficerId);
        json.WriteText("officer", Officer);
    }
}
