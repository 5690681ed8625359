using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A caller was turned away before any act: no right, or no valid credential.</summary>
public sealed record AccessRefused : LogEntry
{
    public const string TypeName = "access.refused";

    public override string Type => TypeName;

    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>A stable code.</summary>
    public required string Reason { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteOptionalText("method", Method);
        json.WriteOptionalText("path", Path);
        json.WriteOptionalText("reason", Reason);
    }
}
