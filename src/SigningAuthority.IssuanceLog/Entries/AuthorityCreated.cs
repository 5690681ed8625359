using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A ceremony ended: the key exists, the transcript is signed.</summary>
public sealed record AuthorityCreated : LogEntry
{
    public const string TypeName = "authority.created";

    public override string Type => TypeName;

    public required string Authority { get; init; }

    /// <summary>Over the DER of the SubjectPublicKeyInfo.</summary>
    public required string PublicKeySha256 { get; init; }

    public required string TranscriptSha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteDigest("publicKeySha256", PublicKeySha256);
        json.WriteDigest("transcriptSha256", TranscriptSha256);
    }
}
