using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>Past requests were decided by a proposed configuration, to see what it would change. Nothing else was done.</summary>
public sealed record PolicyReplayed : LogEntry
{
    public const string TypeName = "policy.replayed";

    public override string Type => TypeName;

    /// <summary>Of the running configuration.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the running configuration.</summary>
    public required string PolicyHash { get; init; }

    public required string ProposedVersion { get; init; }

    /// <summary>SHA-256 over the proposed configuration.</summary>
    public required string ProposedHash { get; init; }

    /// <summary>How many requests were looked at.</summary>
    public required long Requests { get; init; }

    /// <summary>How many of them the proposed configuration decides otherwise.</summary>
    public required long Differences { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
        json.WriteText("proposedVersion", ProposedVersion);
        json.WriteDigest("proposedHash", ProposedHash);
        json.WriteNumber("requests", Requests);
        json.WriteNumber("differences", Differences);
    }
}
