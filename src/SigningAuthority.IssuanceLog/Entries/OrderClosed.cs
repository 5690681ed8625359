using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A production order was closed: nothing more is drawn from it.</summary>
public sealed record OrderClosed : LogEntry
{
    public const string TypeName = "order.closed";

    public override string Type => TypeName;

    public required string Order { get; init; }

    public required string Reason { get; init; }

    /// <summary>How many of its units were drawn then.</summary>
    public required int Drawn { get; init; }

    public required int Quantity { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("order", Order);
        json.WriteText("reason", Reason);
        json.WriteNumber("drawn", Drawn);
        json.WriteNumber("quantity", Quantity);
    }
}
