namespace SigningAuthority.Issuance.Configuration;

/// <summary>What a generation of a root is good for at a moment.</summary>
public enum Standing
{
    /// <summary>Signs nothing yet: its ceremony was not held, it was not published or not long enough, or its day has not come.</summary>
    Next,

    /// <summary>The one of its chain that signs what is asked for now.</summary>
    Current,

    /// <summary>A later generation signs in its place; what it has signed stays good.</summary>
    Old,

    /// <summary>Signs no certificates any more. Revocation lists and OCSP go on for what it has signed.</summary>
    Retired,
}

/// <summary>
/// The generations of each root, and which of them signs when. A root that nobody succeeds is a chain of one. Immutable; asked
/// with what the database says of the ceremonies and with the clock of whoever asks.
/// </summary>
public sealed class Generations
{
    private readonly Dictionary<string, AuthorityDefinition> _authorities;
    private readonly Dictionary<string, AuthorityDefinition> _successors;

    internal Generations(IReadOnlyList<AuthorityDefinition> authorities, TimeSpan publishedAhead)
    {
        PublishedAhead = publishedAhead;
        _authorities = authorities.ToDictionary(authority => authority.Id);
        _successors = authorities
            .Where(authority => authority.Succeeds is not null)
            .ToDictionary(authority => authority.Succeeds!, authority => authority);
    }

    /// <summary>How long a generation with an activeFrom is published before its first certificate.</summary>
    public TimeSpan PublishedAhead { get; }

    public AuthorityDefinition? SuccessorOf(string id) => _successors.GetValueOrDefault(id);

    public AuthorityDefinition? PredecessorOf(string id) => _authorities[id].Succeeds is { } earlier ? _authorities[earlier] : null;

    /// <summary>An authority and those that succeed it, the oldest first.</summary>
    /// <exception cref="KeyNotFoundException">No such authority.</exception>
    public IEnumerable<AuthorityDefinition> From(string id)
    {
        for (AuthorityDefinition? next = _authorities[id]; next is not null; next = SuccessorOf(next.Id))
            yield return next;
    }

    /// <summary>The whole chain that an authority belongs to, the oldest first.</summary>
    /// <exception cref="KeyNotFoundException">No such authority.</exception>
    public IEnumerable<AuthorityDefinition> ChainOf(string id)
    {
        var first = id;
        while (PredecessorOf(first) is { } earlier)
            first = earlier.Id;
        return From(first);
    }

    /// <summary>The first moment, inclusive, at which a generation may sign; null while it is not published.</summary>
    /// <param name="authority">The generation.</param>
    /// <param name="publishedAt">Since when each authority is published (<see cref="Roots.PublicationTimes"/>).</param>
    public DateTimeOffset? StartOf(AuthorityDefinition authority, IReadOnlyDictionary<string, DateTimeOffset> publishedAt)
    {
        if (!publishedAt.TryGetValue(authority.Id, out var published))
            return null;
        if (authority.ActiveFrom is not { } day)
            return published;
        var longEnough = published + PublishedAhead;
        return longEnough > day ? longEnough : day;
    }

    public Standing StandingOf(
        AuthorityDefinition authority,
        IReadOnlyDictionary<string, DateTimeOffset> publishedAt,
        DateTimeOffset now
    ) =>
        authority.Retired ? Standing.Retired
        : !HasStarted(authority, publishedAt, now) ? Standing.Next
        : ActiveOf(authority.Id, publishedAt, now).Id == authority.Id ? Standing.Current
        : Standing.Old;

    /// <summary>
    /// The generation that signs in place of <paramref name="id"/>: the newest, from that one on, which has started and is not retired.
    /// Where there is none, the newest that has started, or else the one asked about: neither may sign, and policy says why.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such authority.</exception>
    public AuthorityDefinition ActiveOf(string id, IReadOnlyDictionary<string, DateTimeOffset> publishedAt, DateTimeOffset now)
    {
        var started = From(id).Where(authority => HasStarted(authority, publishedAt, now)).ToList();
        return started.LastOrDefault(authority => !authority.Retired) ?? started.LastOrDefault() ?? _authorities[id];
    }

    // A first generation needs no ceremony to be the current one: that it can't sign yet is a rule of its own.
    private bool HasStarted(AuthorityDefinition authority, IReadOnlyDictionary<string, DateTimeOffset> publishedAt, DateTimeOffset now) =>
        authority.ActiveFrom is null || (StartOf(authority, publishedAt) is { } start && start <= now);
}
