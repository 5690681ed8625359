using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A notice was given up: its contact took it at no attempt.</summary>
public sealed record NoticeFailed : LogEntry
{
    public const string TypeName = "notice.failed";

    public override string Type => TypeName;

    public required Guid NoticeId { get; init; }

    /// <summary>"expiry", "issuance", "roots" or "test".</summary>
    public required string Kind { get; init; }

    public required Guid ContactId { get; init; }

    public required int Attempts { get; init; }

    /// <summary>What went wrong last.</summary>
    public required string Reason { get; init; }

    /// <summary>For an expiry: the days before the certificate's end that the notice was planned for.</summary>
    public int? DaysBefore { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("noticeId", NoticeId);
        json.WriteText("kind", Kind);
        json.WriteString("contactId", ContactId);
        json.WriteNumber("attempts", Attempts);
        json.WriteText("reason", Reason);
        if (DaysBefore is { } days)
            json.WriteNumber("daysBefore", days);
    }
}
