using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A contact took a notice.</summary>
public sealed record NoticeDelivered : LogEntry
{
    public const string TypeName = "notice.delivered";

    public override string Type => TypeName;

    public required Guid NoticeId { get; init; }

    /// <summary>"expiry", "issuance", "roots" or "test".</summary>
    public required string Kind { get; init; }

    public required Guid ContactId { get; init; }

    public required int Attempts { get; init; }

    /// <summary>For an expiry: the days before the certificate's end that the notice was planned for.</summary>
    public int? DaysBefore { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("noticeId", NoticeId);
        json.WriteText("kind", Kind);
        json.WriteString("contactId", ContactId);
        json.WriteNumber("attempts", Attempts);
        if (DaysBefore is { } days)
            json.WriteNumber("daysBefore", days);
    }
}
