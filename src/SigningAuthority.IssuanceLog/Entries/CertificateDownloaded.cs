using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A certificate was handed to the one who asked for it.</summary>
public sealed record CertificateDownloaded : LogEntry
{
    public const string TypeName = "certificate.downloaded";

    public override string Type => TypeName;

    /// <summary>The issuing authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    /// <summary>The certificate's, upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>"pem", "crt", "der" or "p7b".</summary>
    public required string Format { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteText("format", Format);
    }
}
