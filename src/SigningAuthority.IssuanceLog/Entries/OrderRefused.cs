using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A production order was not made, with every rule that it broke.</summary>
public sealed record OrderRefused : LogEntry
{
    public const string TypeName = "order.refused";

    public override string Type => TypeName;

    /// <summary>The name that it was to have; null where none could be read.</summary>
    public string? Order { get; init; }

    /// <summary>Of the file that was to be loaded.</summary>
    public string? FileSha256 { get; init; }

    /// <summary>The key that the file names, whether or not it signed it.</summary>
    public string? SignedBy { get; init; }

    public required IReadOnlyList<LoggedViolation> Violations { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteOptionalText("order", Order);
        json.WriteOptionalDigest("fileSha256", FileSha256);
        json.WriteOptionalText("signedBy", SignedBy);
        LoggedViolation.WriteAll(json, Violations);
    }
}
