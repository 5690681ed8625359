using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider asked what would become of a request, without submitting it. Nothing was queued.</summary>
public sealed record RequestChecked : LogEntry
{
    public const string TypeName = "request.checked";

    public override string Type => TypeName;

    /// <summary>Whether it would have passed the door.</summary>
    public required bool Accepted { get; init; }

    /// <summary>Over the DER; null where no request could be read.</summary>
    public string? CsrSha256 { get; init; }

    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>The authorities that would sign, by id; empty when refused.</summary>
    public required IReadOnlyList<string> Generations { get; init; }

    /// <summary>Codes of the rules that it breaks; empty when accepted.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the configuration that decided.</summary>
    public required string PolicyHash { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteBoolean("accepted", Accepted);
        json.WriteOptionalDigest("csrSha256", CsrSha256);
        json.WriteTexts("devices", Devices);
        json.WriteTexts("generations", Generations);
        json.WriteTexts("violations", Violations);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
    }
}
