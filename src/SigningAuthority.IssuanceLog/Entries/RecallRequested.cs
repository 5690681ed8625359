using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An operator named many certificates to be revoked, held or released at once; two officers are to sign.</summary>
public sealed record RecallRequested : LogEntry
{
    public const string TypeName = "recall.requested";

    public override string Type => TypeName;

    public required Guid RecallId { get; init; }

    /// <summary>"revoke", "hold" or "release".</summary>
    public required string Action { get; init; }

    /// <summary>As RFC 5280 §5.3.1 spells it.</summary>
    public required string Reason { get; init; }

    /// <summary>How many certificates.</summary>
    public required int Members { get; init; }

    /// <summary>Over the sorted list of them.</summary>
    public required string MembersSha256 { get; init; }

    /// <summary>How they were chosen.</summary>
    public required string Selection { get; init; }

    public string? Note { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("recallId", RecallId);
        json.WriteText("action", Action);
        json.WriteText("reason", Reason);
        json.WriteNumber("members", Members);
        json.WriteDigest("membersSha256", MembersSha256);
        json.WriteText("selection", Selection);
        json.WriteOptionalText("note", Note);
    }
}
