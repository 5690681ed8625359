using System.Collections.Frozen;

namespace SigningAuthority.Issuance.Policy;

/// <summary>The authorities as they stand at a moment; gathered by whoever decides, since policy reaches neither database nor clock.</summary>
/// <param name="PublishedAt">Since when each is published (<see cref="Roots.PublicationTimes"/>). One that is missing can't sign.</param>
/// <param name="Now">By the clock of whoever decides.</param>
public sealed record AuthoritiesAt(IReadOnlyDictionary<string, DateTimeOffset> PublishedAt, DateTimeOffset Now)
{
    /// <summary>
    /// When the request was written down, by the database's clock; null where it comes in now. Until then it was right to promise it the
    /// generation that was the current one.
    /// </summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Those whose ceremony was held, and which nobody could fetch yet.</summary>
    public IReadOnlySet<string> Unpublished { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether its ceremony was held.</summary>
    public bool Has(string authority) => PublishedAt.ContainsKey(authority) || Unpublished.Contains(authority);
}
