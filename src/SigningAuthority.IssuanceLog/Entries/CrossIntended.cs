using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A ceremony is about to let one generation of a root certify another one of the same name.</summary>
public sealed record CrossIntended : LogEntry
{
    public const string TypeName = "cross.intended";

    public override string Type => TypeName;

    /// <summary>Who signs.</summary>
    public required string Authority { get; init; }

    /// <summary>Whose key is certified.</summary>
    public required string Generation { get; init; }

    /// <summary>The certificate's, upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    public required string ToBeSignedSha256 { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("generation", Generation);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteDigest("toBeSignedSha256", ToBeSignedSha256);
        json.WriteTime("notBefore", NotBefore);
        json.WriteTime("notAfter", NotAfter);
    }
}
