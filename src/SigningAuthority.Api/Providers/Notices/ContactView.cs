using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Api.Providers.Notices;

/// <summary>Where a provider is told things.</summary>
/// <param name="Kind">webhook or mail.</param>
/// <param name="About">What it is told: expiry, issuance.</param>
/// <param name="Secret">A webhook's, in hexadecimal; in the answer that adds it and never again.</param>
internal sealed record ContactView(
    Guid Id,
    string Kind,
    string Target,
    string? Description,
    DateTimeOffset AddedAt,
    string AddedBy,
    string Href,
    IReadOnlyList<string> About,
    string? Secret = null
)
{
    public const string Path = "/api/v1/provider/contacts";

    public static ContactView Of(Contact contact, byte[]? secret = null) =>
        new(
            contact.Id,
            contact.Kind.ToString().ToLowerInvariant(),
            contact.Target,
            contact.Description,
            contact.AddedAt,
            contact.AddedBy,
            $"{Path}/{contact.Id}",
            [.. contact.About.Select(ContactRules.Spell)],
            secret is null ? null : Convert.ToHexStringLower(secret)
        );
}

/// <summary>A provider's contacts, the oldest first.</summary>
internal sealed record ContactList(IReadOnlyList<ContactView> Contacts);

/// <summary>A contact to add.</summary>
/// <param name="Kind">webhook or mail.</param>
/// <param name="Target">An address that begins with https://, or a mail address.</param>
/// <param name="Description">For people, at most 200 printable characters.</param>
/// <param name="About">What it is to be told: expiry (without this member that alone), issuance.</param>
internal sealed record ContactBody(string Kind, string Target, string? Description, IReadOnlyList<string>? About);
