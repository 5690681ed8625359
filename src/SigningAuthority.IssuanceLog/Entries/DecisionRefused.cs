using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An officer's decision was not taken: its signature does not verify, it came too late, the request is the officer's own.</summary>
public sealed record DecisionRefused : LogEntry
{
    public const string TypeName = "decision.refused";

    public override string Type => TypeName;

    public required Guid OfficerId { get; init; }

    public required IReadOnlyList<LoggedViolation> Violations { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the configuration that decided.</summary>
    public required string PolicyHash { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("officerId", OfficerId);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
        json.WriteStartArray("violations");
        foreach (var violation in Violations)
            violation.Write(json);
        json.WriteEndArray();
    }
}
