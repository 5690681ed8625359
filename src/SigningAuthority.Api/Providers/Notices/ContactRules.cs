using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Api.Providers.Notices;

/// <summary>What a contact may be. Whether its server's addresses may be called is seen when it is called: names change their addresses.</summary>
internal static partial class ContactRules
{
    public const string Example = "{\"kind\": \"webhook\", \"target\": \"https://hooks.example.com/certificates\", \"description\": \"…\"}";

    private const string AboutExample = "{\"kind\": \"mail\", \"target\": \"noc@example.com\", \"about\": [\"expiry\", \"issuance\"]}";

    private const int LongestTarget = 512;
    private const int LongestDescription = 200;

    private static readonly Rule KindUnknown = new("contact-kind", "/openapi/v1.json");
    private static readonly Rule Webhook = new("contact-webhook-target", "notices are for you alone: HTTPS (RFC 9110 §4.2.2)");
    private static readonly Rule Mail = new("contact-mail-target", "RFC 5321 §4.1.2: a plain address, no quotes, no comments");
    private static readonly Rule About = new("contact-about", "/openapi/v1.json");
    private static readonly Rule Description = new("contact-description", "/openapi/v1.json");
    private static readonly Rule TooMany = new("contacts-too-many", "policies/policy.json notices.mostContacts");

    public static ContactKind? ParseKind(string? text) =>
        text switch
        {
            "webhook" => ContactKind.Webhook,
            "mail" => ContactKind.Mail,
            _ => null,
        };

    public static IEnumerable<Violation> Find(string? kind, string? target, string? description)
    {
        var found = ParseKind(kind) switch
        {
            ContactKind.Webhook when !IsWebhook(target) => Webhook.BrokenBy(
                "target",
                "https://host/path, at most 512 printable ASCII characters, without user, password or fragment",
                Shown(target),
                "This address can't be a webhook's.",
                Example
            ),
            ContactKind.Mail when !IsMail(target) => Mail.BrokenBy(
                "target",
                "one address such as noc@example.com",
                Shown(target),
                "This is no mail address that notices can be sent to.",
                "{\"kind\": \"mail\", \"target\": \"noc@example.com\"}"
            ),
            null => KindUnknown.BrokenBy("kind", "webhook or mail", Shown(kind), "There is no contact of this kind.", Example),
            _ => null,
        };
        if (found is not null)
            yield return found;
        if (description is not null && (description.Length > LongestDescription || description.Any(char.IsControl)))
            yield return Description.BrokenBy(
                "description",
                $"at most {LongestDescription} printable characters",
                description,
                "The description can't be kept.",
                "shorten the description, or leave it out"
            );
    }

    /// <summary>What a contact is told; without a word that certificates end.</summary>
    public static IReadOnlyList<NoticeKind>? ParseAbout(IReadOnlyList<string> about) =>
        about.Count == 0 ? [NoticeKind.Expiry]
        : about.All(name => Spell(NoticeKind.Expiry) == name || Spell(NoticeKind.Issuance) == name)
            ? [.. Enum.GetValues<NoticeKind>().Where(kind => about.Contains(Spell(kind)))]
        : null;

    public static IEnumerable<Violation> FindAbout(IReadOnlyList<string> about)
    {
        if (ParseAbout(about) is null)
            yield return About.BrokenBy(
                "about",
                "expiry, issuance or both",
                string.Join(", ", about.Take(10)),
                "Nobody is told of such a thing.",
                AboutExample
            );
    }

    public static string Spell(NoticeKind kind) => kind.ToString().ToLowerInvariant();

    public static Violation More(int most) =>
        TooMany.BrokenBy(
            "contacts",
            $"at most {most}",
            $"{most}, and this one",
            "You have as many contacts as you may.",
            $"DELETE {ContactView.Path}/{{id}} for one that is not needed any more"
        );

    /// <summary>What may stand in the log: a webhook's path is often a secret of its own.</summary>
    public static string Logged(ContactKind kind, string target) =>
        kind == ContactKind.Webhook ? new Uri(target).GetLeftPart(UriPartial.Authority) : target;

    private static string Shown(string? text) => string.IsNullOrEmpty(text) ? "nothing" : text;

    private static bool IsWebhook(string? text) =>
        text is { Length: <= LongestTarget }
        && text.All(c => c is > ' ' and <= '~')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        // Empty user information ("https://@host/") parses to none.
        && !text.Split('/', 4)[2].Contains('@')
        && uri is { UserInfo.Length: 0, Fragment.Length: 0, Host.Length: > 0 };

    private static bool IsMail(string? text) =>
        text is { Length: <= 254 }
        && text.IndexOf('@') is > 0 and <= 64 and var at
        && LocalPart().IsMatch(text[..at])
        && Fqdn.TryParse(text[(at + 1)..], out _);

    // RFC 5322 §3.2.3: dot-atom.
    [GeneratedRegex(
        @"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex LocalPart();
}
