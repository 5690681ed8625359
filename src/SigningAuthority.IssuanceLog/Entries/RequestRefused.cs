using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A request was refused, with every rule it broke.</summary>
public sealed record RequestRefused : LogEntry
{
    public const string TypeName = "request.refused";

    /// <summary>Decided by the process that listens to the network.</summary>
    public const string AtTheDoor = "door";

    /// <summary>Decided by the process that reaches the key.</summary>
    public const string AtTheKey = "key";

    /// <summary>Decided by a person.</summary>
    public const string ByAnOfficer = "officer";

    /// <summary>Decided by nobody in time.</summary>
    public const string ByTime = "time";

    public override string Type => TypeName;

    /// <summary><see cref="AtTheDoor"/>, <see cref="AtTheKey"/>, <see cref="ByAnOfficer"/> or <see cref="ByTime"/>.</summary>
    public required string Where { get; init; }

    public required IReadOnlyList<LoggedViolation> Violations { get; init; }

    /// <summary>Over the DER; null where no request could be read.</summary>
    public string? CsrSha256 { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the configuration that decided.</summary>
    public required string PolicyHash { get; init; }

    /// <summary>The officer's statement and its signature, where an officer refused.</summary>
    public SignedDecision? Decision { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        if (Where is not (AtTheDoor or AtTheKey or ByAnOfficer or ByTime))
            throw new InvalidEntryException($"A request is not refused at \"{Where}\".");
        if (Where == ByAnOfficer != Decision is not null)
            throw new InvalidEntryException("A request is refused by an officer with a signed decision, and only then.");

        json.WriteText("where", Where);
        json.WriteOptionalDigest("csrSha256", CsrSha256);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
        LoggedViolation.WriteAll(json, Violations);
        Decision?.Write(json);
    }
}
