using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A failed request was put back into the queue.</summary>
public sealed record RequestRetried : LogEntry
{
    public const string TypeName = "request.retried";

    public override string Type => TypeName;

    public required string Reason { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteOptionalText("reason", Reason);
    }
}
