using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A certificate is revoked, from its time on; written by the key room in the transaction that makes it so.</summary>
public sealed record CertificateRevoked : LogEntry
{
    public const string TypeName = "certificate.revoked";

    public override string Type => TypeName;

    public required RevocationDetails Details { get; init; }

    /// <summary>Whole seconds: what CRL and OCSP say.</summary>
    public required DateTimeOffset RevokedAt { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        Details.Write(json);
        json.WriteTime("revokedAt", RevokedAt);
    }
}
