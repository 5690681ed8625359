using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A device's certificate is on hold: verifiers refuse it until it is released.</summary>
public sealed record CertificateHeld : LogEntry
{
    public const string TypeName = "certificate.held";

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
