using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A person may approve and refuse requests from now on, with signatures by this key.</summary>
public sealed record OfficerRegistered : LogEntry
{
    public const string TypeName = "officer.registered";

    public override string Type => TypeName;

    public required Guid OfficerId { get; init; }

    public required string Officer { get; init; }

    /// <summary>Over the DER of the SubjectPublicKeyInfo.</summary>
    public required string PublicKeySha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("officerId", OfficerId);
        json.WriteText("officer", Officer);
        json.WriteDigest("publicKeySha256", PublicKeySha256);
    }
}
