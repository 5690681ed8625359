namespace SigningAuthority.Storage.Notices;

/// <summary>How a contact is reached.</summary>
public enum ContactKind
{
    /// <summary>A signed POST to an address of the provider's.</summary>
    Webhook,

    Mail,
}

/// <summary>Where a provider wants to be told things. Its secret, if it has one, can't be read back.</summary>
/// <param name="Target">A webhook's URL, or a mail address.</param>
/// <param name="AddedBy">The actor, as the log names it.</param>
/// <param name="About">What it is told; one at least, no <see cref="NoticeKind.Test"/>.</param>
public sealed record Contact(
    Guid Id,
    ContactKind Kind,
    string Target,
    string? Description,
    string AddedBy,
    DateTimeOffset AddedAt,
    IReadOnlyList<NoticeKind> About
);

/// <summary>A contact to add.</summary>
/// <param name="Secret">32 octets for a webhook, null for mail.</param>
/// <param name="LoggedTarget">What of the target may stand in the log.</param>
public sealed record NewContact(Guid ProviderId, ContactKind Kind, string Target, string? Description, byte[]? Secret, string LoggedTarget)
{
    /// <summary>What it is to be told.</summary>
    public IReadOnlyList<NoticeKind> About { get; init; } = [NoticeKind.Expiry];
}

/// <summary>What became of a contact to add.</summary>
public enum AddContactOutcome
{
    Added,

    /// <summary>The provider has this very target already.</summary>
    Known,

    /// <summary>It has as many as it may.</summary>
    TooMany,
}
