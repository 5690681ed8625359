using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The serial number and the exact to-be-signed bytes are decided and durable; the key has not been used yet.</summary>
public sealed record CertificateIntended : LogEntry
{
    public const string TypeName = "certificate.intended";

    public override string Type => TypeName;

    /// <summary>The issuing authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    /// <summary>The certificate's, upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    public required string ToBeSignedSha256 { get; init; }

    public required string Profile { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>SHA-256 over the configuration that decided.</summary>
    public required string PolicyHash { get; init; }

    /// <summary>
    /// Which certificate of its authority this is, counted from 1 without gaps in the order of the log. Drawn in the transaction
    /// that writes the entry; null in entries from before there were numbers.
    /// </summary>
    public long? IssuerSequence { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteDigest("toBeSignedSha256", ToBeSignedSha256);
        json.WriteText("profile", Profile);
        json.WriteTime("notBefore", NotBefore);
        json.WriteTime("notAfter", NotAfter);
        json.WriteText("policyVersion", PolicyVersion);
        json.WriteDigest("policyHash", PolicyHash);
        if (IssuerSequence is { } number)
            json.WriteNumber("issuerSequence", number);
    }
}
