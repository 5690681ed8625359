using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider no longer wants to be told things there.</summary>
public sealed record ContactRemoved : LogEntry
{
    public const string TypeName = "contact.removed";

    public override string Type => TypeName;

    public required Guid ContactId { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json) => json.WriteString("contactId", ContactId);
}
