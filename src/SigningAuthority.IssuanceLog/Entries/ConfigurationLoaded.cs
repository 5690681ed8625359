using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A process started to decide by this configuration.</summary>
public sealed record ConfigurationLoaded : LogEntry
{
    public const string TypeName = "configuration.loaded";

    public override string Type => TypeName;

    /// <summary>"api", "signer", "outreach".</summary>
    public required string Process { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over all files.</summary>
    public required string ConfigurationHash { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("process", Process);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("configurationHash", ConfigurationHash);
    }
}
