using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A signing request passed the door and stands in the queue.</summary>
public sealed record RequestSubmitted : LogEntry
{
    public const string TypeName = "request.submitted";

    public override string Type => TypeName;

    /// <summary>What the certificate is for, as the request's row names it.</summary>
    public required string Kind { get; init; }

    /// <summary>Over the DER.</summary>
    public required string CsrSha256 { get; init; }

    /// <summary>Over the DER of the SubjectPublicKeyInfo.</summary>
    public required string PublicKeySha256 { get; init; }

    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>The authorities that are to sign, by id.</summary>
    public required IReadOnlyList<string> Generations { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the configuration that decided.</summary>
    public required string PolicyHash { get; init; }

    public string? SourceAddress { get; init; }

    /// <summary>The request whose certificates these follow; set exactly when <see cref="Succession"/> is.</summary>
    public Guid? Succeeds { get; init; }

    /// <summary>"Renewal" or "Replacement".</summary>
    public string? Succession { get; init; }

    /// <summary>How many officers must approve; null where none.</summary>
    public int? ApprovalsNeeded { get; init; }

    /// <summary>Name of the production order that a unit is drawn from.</summary>
    public string? Order { get; init; }

    /// <summary>Which certificate of a unit it is to be, from 2 on; null for a first one.</summary>
    public int? Issue { get; init; }

    /// <summary>"scrap", "rework" or "defect"; set exactly when <see cref="Issue"/> is.</summary>
    public string? ReissueReason { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("kind", Kind);
        json.WriteDigest("csrSha256", CsrSha256);
        json.WriteDigest("publicKeySha256", PublicKeySha256);
        json.WriteTexts("devices", Devices);
        json.WriteTexts("generations", Generations);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
        json.WriteOptionalText("sourceAddress", SourceAddress);
        if (Succeeds is { } succeeds)
            json.WriteString("succeeds", succeeds);
        json.WriteOptionalText("succession", Succession);
        if (ApprovalsNeeded is { } needed)
            json.WriteNumber("approvalsNeeded", needed);
        json.WriteOptionalText("order", Order);
        if (Issue is { } issue)
            json.WriteNumber("issue", issue);
        json.WriteOptionalText("reissueReason", ReissueReason);
    }
}
