using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A Signer made, in its lane's token, a key that an authority delegates OCSP answers to; its certificate has entries of its own.</summary>
public sealed record OcspKeyMade : LogEntry
{
    public const string TypeName = "ocsp.key-made";

    public override string Type => TypeName;

    /// <summary>Whose certificates it is going to answer for.</summary>
    public required string Authority { get; init; }

    /// <summary>In the token.</summary>
    public required string KeyLabel { get; init; }

    /// <summary>Over the DER of the SubjectPublicKeyInfo.</summary>
    public required string PublicKeySha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("authority", Authority);
        json.WriteString("keyLabel", KeyLabel);
        json.WriteDigest("publicKeySha256", PublicKeySha256);
    }
}
