using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An officer approved a request. Where that was the last approval it needed, the request is in the queue now.</summary>
public sealed record RequestApproved : LogEntry
{
    public const string TypeName = "request.approved";

    public override string Type => TypeName;

    public required SignedDecision Decision { get; init; }

    /// <summary>Different officers that have approved, this one among them.</summary>
    public required int Given { get; init; }

    public required int Needed { get; init; }

    public required string CsrSha256 { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the configuration that decided.</summary>
    public required string PolicyHash { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        Decision.Write(json);
        json.WriteNumber("given", Given);
        json.WriteNumber("needed", Needed);
        json.WriteDigest("csrSha256", CsrSha256);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
    }
}
