using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An operator said how a provider's requests are approved for a generation.</summary>
public sealed record ApprovalConfigured : LogEntry
{
    public const string TypeName = "approval.configured";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    /// <summary>The authority's id.</summary>
    public required string Generation { get; init; }

    /// <summary>"Automatic", "OneOfficer", "TwoOfficers", or "Policy" where the policy's own word counts again.</summary>
    public required string Mode { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("generation", Generation);
        json.WriteText("mode", Mode);
    }
}
