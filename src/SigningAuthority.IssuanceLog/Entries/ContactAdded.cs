using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider said where it wants to be told things.</summary>
public sealed record ContactAdded : LogEntry
{
    public const string TypeName = "contact.added";

    public override string Type => TypeName;

    public required Guid ContactId { get; init; }

    /// <summary>"webhook" or "mail".</summary>
    public required string Kind { get; init; }

    /// <summary>A mail address, or a webhook's scheme and host alone: paths of webhooks are often secrets.</summary>
    public required string Target { get; init; }

    /// <summary>"expiry", "issuance": what it is told. Older entries lack it: of expiry alone.</summary>
    public IReadOnlyList<string>? About { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("contactId", ContactId);
        json.WriteText("kind", Kind);
        json.WriteText("target", Target);
        if (About is { } about)
            json.WriteTexts("about", about);
    }
}
