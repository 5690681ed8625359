using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The key room made a unit's key pair and kept nothing of the private key but an envelope for a station.</summary>
public sealed record KeyPairMade : LogEntry
{
    public const string TypeName = "key-pair.made";

    public override string Type => TypeName;

    public required Guid KeyPairId { get; init; }

    /// <summary>Over the DER of the SubjectPublicKeyInfo.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Over the DER of the request that the key signed.</summary>
    public required string CsrSha256 { get; init; }

    /// <summary>Over the DER of the certificate that the envelope is for.</summary>
    public required string RecipientSha256 { get; init; }

    /// <summary>Over the DER of the envelope: another one was not made here.</summary>
    public required string EnvelopeSha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("keyPairId", KeyPairId);
        json.WriteDigest("publicKeySha256", PublicKeySha256);
        json.WriteDigest("csrSha256", CsrSha256);
        json.WriteDigest("recipientSha256", RecipientSha256);
        json.WriteDigest("envelopeSha256", EnvelopeSha256);
    }
}
