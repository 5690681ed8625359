using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider took its request back before anything of it was signed.</summary>
public sealed record RequestWithdrawn : LogEntry
{
    public const string TypeName = "request.withdrawn";

    public override string Type => TypeName;

    public string? Reason { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json) => json.WriteOptionalText("reason", Reason);
}
