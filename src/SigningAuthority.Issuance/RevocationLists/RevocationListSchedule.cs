using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.RevocationLists;

/// <summary>The newest list of a kind, as far as it matters for the next.</summary>
/// <param name="Number">The cRLNumber.</param>
/// <param name="Entries">Revoked certificates in it.</param>
/// <param name="HasChanged">Whether anything that it is about has changed since.</param>
/// <param name="Took">How long its making took, from its moment to its last entry.</param>
public sealed record NewestRevocationList(long Number, DateTimeOffset ThisUpdate, long Entries, bool HasChanged, TimeSpan Took);

/// <summary>Which lists of an authority are to be made, all of the same moment.</summary>
public readonly record struct DueRevocationLists(bool Complete, bool Delta)
{
    public bool IsNone => !Complete && !Delta;
}

/// <summary>When an authority's lists are made: on a change, and on the clock so that none runs out.</summary>
public static class RevocationListSchedule
{
    /// <summary>A long list whose making took no longer is made again soon after a change; else in the policy's time.</summary>
    public static readonly TimeSpan MostForSoon = TimeSpan.FromSeconds(15);

    /// <summary>
    /// From one such list to the next at least. What is revoked just after one began is then on a list that was made within the minute
    /// that is promised, though it take <see cref="MostForSoon"/>.
    /// </summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(25);

    // Before the first certificate needs it: its list is to be there already.
    private const int OpenedAheadByPart = 10;

    /// <param name="complete">Null before the first.</param>
    /// <param name="delta">Null before the first.</param>
    /// <param name="isAsked">Somebody wants a complete list without a reason of its own.</param>
    /// <param name="settings">The policy's.</param>
    /// <param name="now">The decider's clock.</param>
    /// <remarks>
    /// A complete list comes with a delta that leads to it from the one before: of the same moment, hence with the same number and
    /// saying the same (RFC 5280 §5.2.3). The first one has none before it; its delta follows at once, and is empty.
    /// </remarks>
    public static DueRevocationLists Find(
        NewestRevocationList? complete,
        NewestRevocationList? delta,
        bool isAsked,
        RevocationListSettings settings,
        DateTimeOffset now
    )
    {
        if (complete is null)
            return new DueRevocationLists(Complete: true, Delta: false);

        var age = now - complete.ThisUpdate;
        if (isAsked || age >= settings.Refresh || (complete.HasChanged && age >= LeastAge(complete, settings)))
            return new DueRevocationLists(Complete: true, Delta: true);
        return new DueRevocationLists(Complete: false, Delta: delta is null || delta.HasChanged);
    }

    // A clock that was set back makes an age negative: no reason to wait with a short list.
    private static TimeSpan LeastAge(NewestRevocationList complete, RevocationListSettings settings) =>
        complete.Entries <= settings.MostEntriesAtOnce ? TimeSpan.MinValue
        : complete.Took <= MostForSoon ? Soon
        : TimeSpan.FromMinutes(settings.CompleteEveryMinutes);

    /// <summary>Parts of an authority's certificates that are to have lists by now: the one that is being filled, and soon the next.</summary>
    /// <param name="lastOrdinal">How many certificates the authority has intended.</param>
    /// <param name="settings">The policy's.</param>
    public static IEnumerable<int> ShardsToOpen(long lastOrdinal, RevocationListSettings settings) =>
        new[] { settings.ShardOf(lastOrdinal), settings.ShardOf(lastOrdinal + 1 + (settings.ShardSize / OpenedAheadByPart)) }
            .Where(shard => shard > 0)
            .Distinct();
}
