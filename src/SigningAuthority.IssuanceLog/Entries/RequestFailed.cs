using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A request was given up: its retries are spent. An operator may retry it.</summary>
public sealed record RequestFailed : LogEntry
{
    public const string TypeName = "request.failed";

    public override string Type => TypeName;

    public required string Reason { get; init; }

    public required int Attempts { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteOptionalText("reason", Reason);
        json.WriteNumber("attempts", Attempts);
    }
}
