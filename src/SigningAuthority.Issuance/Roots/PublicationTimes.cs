using System.Collections.Frozen;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Roots;

/// <summary>Since when each authority whose ceremony was held counts as published. Immutable.</summary>
/// <param name="PublishedAt">
/// For one with an activeFrom, when it first stood in a signed manifest: not earlier could anybody fetch it. For the others, who sign from
/// their ceremony on, when that was recorded.
/// </param>
/// <param name="Unpublished">With an activeFrom and a ceremony, and in no signed manifest yet.</param>
public sealed record PublicationTimes(FrozenDictionary<string, DateTimeOffset> PublishedAt, FrozenSet<string> Unpublished)
{
    public static PublicationTimes None { get; } = new(FrozenDictionary<string, DateTimeOffset>.Empty, FrozenSet<string>.Empty);

    /// <param name="configuration">Says which have an activeFrom.</param>
    /// <param name="ceremonies">Authorities with the times at which their ceremonies were recorded.</param>
    /// <param name="listedAt">When each root first stood in a signed manifest.</param>
    public static PublicationTimes Of(
        AuthorityConfiguration configuration,
        IEnumerable<(string Authority, DateTimeOffset CreatedAt)> ceremonies,
        IReadOnlyDictionary<string, DateTimeOffset> listedAt
    )
    {
        var published = new Dictionary<string, DateTimeOffset>();
        var unpublished = new HashSet<string>();
        foreach (var (authority, createdAt) in ceremonies)
        {
            if (configuration.FindAuthority(authority)?.ActiveFrom is null)
                published.Add(authority, createdAt);
            else if (listedAt.TryGetValue(authority, out var at))
                published.Add(authority, at);
            else
                unpublished.Add(authority);
        }

        return new PublicationTimes(published.ToFrozenDictionary(), unpublished.ToFrozenSet());
    }

    public AuthoritiesAt At(DateTimeOffset now) => new(PublishedAt, now) { Unpublished = Unpublished };
}
