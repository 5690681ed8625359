using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The key room refused a request for revocation, hold or release, with every rule that it broke. Nothing became of it.</summary>
public sealed record RevocationRefused : LogEntry
{
    public const string TypeName = "revocation.refused";

    public override string Type => TypeName;

    public required RevocationDetails Details { get; init; }

    /// <summary>"revoke", "hold" or "release".</summary>
    public required string Action { get; init; }

    public required IReadOnlyList<LoggedViolation> Violations { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        Details.Write(json);
        json.WriteText("action", Action);
        LoggedViolation.WriteAll(json, Violations);
    }
}
