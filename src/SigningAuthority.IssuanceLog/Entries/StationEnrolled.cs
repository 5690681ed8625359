using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A factory station was admitted with its client certificate, which the envelope's fingerprint names.</summary>
public sealed record StationEnrolled : LogEntry
{
    public const string TypeName = "station.enrolled";

    public override string Type => TypeName;

    public required string Station { get; init; }

    /// <summary>The certificate's, upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        if (Fingerprint is null)
            throw new InvalidEntryException("A station is known by its certificate's fingerprint.");

        json.WriteText("station", Station);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteTime("notAfter", NotAfter);
    }
}
