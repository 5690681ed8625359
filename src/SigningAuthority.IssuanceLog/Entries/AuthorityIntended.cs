using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>
/// A ceremony is about to create an authority. The four members of its self-signed certificate come together, or not at
/// all: the log's own key has no certificate.
/// </summary>
public sealed record AuthorityIntended : LogEntry
{
    public const string TypeName = "authority.intended";

    public override string Type => TypeName;

    public required string Authority { get; init; }

    public required string SubjectDn { get; init; }

    /// <summary>As the configuration writes it: "RSA-2048".</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>The certificate's, upper-case hexadecimal.</summary>
    public string? SerialNumber { get; init; }

    public string? ToBeSignedSha256 { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("subjectDn", SubjectDn);
        json.WriteText("keyAlgorithm", KeyAlgorithm);
        if (this is { SerialNumber: { } number, ToBeSignedSha256: { } digest, NotBefore: { } notBefore, NotAfter: { } notAfter })
        {
            json.WriteSerialNumber("serialNumber", number);
            json.WriteDigest("toBeSignedSha256", digest);
            json.WriteTime("notBefore", notBefore);
            json.WriteTime("notAfter", notAfter);
        }
        else if (this is not { SerialNumber: null, ToBeSignedSha256: null, NotBefore: null, NotAfter: null })
        {
            throw new InvalidEntryException("A self-signed certificate is intended with all its members or not at all.");
        }
    }
}
