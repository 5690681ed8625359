using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The intended bytes were signed. The envelope carries the fingerprint.</summary>
public sealed record CertificateIssued : LogEntry
{
    public const string TypeName = "certificate.issued";

    public override string Type => TypeName;

    /// <summary>The issuing authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    /// <summary>The certificate's, upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    public required string ToBeSignedSha256 { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        if (Fingerprint is null)
            throw new InvalidEntryException("An issued certificate is named by its fingerprint.");

        json.WriteText("authority", Authority);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteDigest("toBeSignedSha256", ToBeSignedSha256);
        json.WriteTime("notBefore", NotBefore);
        json.WriteTime("notAfter", NotAfter);
    }
}
