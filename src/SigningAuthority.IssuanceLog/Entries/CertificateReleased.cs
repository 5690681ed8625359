using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A hold ended: the certificate is as good as before.</summary>
public sealed record CertificateReleased : LogEntry
{
    public const string TypeName = "certificate.released";

    public override string Type => TypeName;

    public required RevocationDetails Details { get; init; }

    /// <summary>Whole seconds: since when it is so.</summary>
    public required DateTimeOffset ReleasedAt { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        Details.Write(json);
        json.WriteTime("releasedAt", ReleasedAt);
    }
}
