using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An operator had a failed notice sent again.</summary>
public sealed record NoticeRetried : LogEntry
{
    public const string TypeName = "notice.retried";

    public override string Type => TypeName;

    public required Guid NoticeId { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json) => json.WriteString("noticeId", NoticeId);
}
