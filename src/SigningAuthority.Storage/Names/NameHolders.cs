using Microsoft.EntityFrameworkCore;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Access;

namespace SigningAuthority.Storage.Names;

/// <summary>
/// A name has one holder: what lies below another provider's name is that provider's, unless it holds the very name alone. A unique
/// index can't say that of overlaps, so whoever adds a name looks under one lock.
/// </summary>
internal static class NameHolders
{
    // Any constant; the two halves spell "sa" and "nm".
    private const long LockKey = 0x7361_6E6D;

    /// <summary>Waits until nobody else adds names, to the end of the transaction.</summary>
    public static Task LockAsync(AuthorityDbContext context, CancellationToken cancellation) =>
        context.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({LockKey})", cancellation);

    /// <summary>Names of other providers that overlap this one and have not lapsed.</summary>
    public static async Task<IReadOnlyList<ProviderName>> FindOthersAsync(
        AuthorityDbContext context,
        Guid providerId,
        Fqdn name,
        bool includeSubdomains,
        DateTimeOffset now,
        CancellationToken cancellation
    ) => [.. (await FindOverlapsAsync(context, providerId, name, includeSubdomains, cancellation)).Where(other => !other.HasLapsed(now))];

    /// <summary>What others let lapse makes room; under the lock, and only once nobody else holds the name.</summary>
    /// <returns>Entries of those whose end had not been written down yet, for the same transaction.</returns>
    public static async Task<IReadOnlyList<LogEntry>> ReleaseLapsedAsync(
        AuthorityDbContext context,
        Guid providerId,
        Fqdn name,
        bool includeSubdomains,
        string actor,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var lapsed = (await FindOverlapsAsync(context, providerId, name, includeSubdomains, cancellation))
            .Where(other => other.HasLapsed(now))
            .ToList();
        var ids = lapsed.Select(other => other.Id).ToList();
        await context
            .ProviderNames.Where(other => ids.Contains(other.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(other => other.WithdrawnAt, now), cancellation);
        var entries = new List<LogEntry>();
        foreach (var other in lapsed.Where(other => other.LapsedAt is null))
            entries.Add(await LapsedAsync(context, other, actor, now, cancellation));
        return entries;
    }

    public static async Task<NameLapsed> LapsedAsync(
        AuthorityDbContext context,
        ProviderName name,
        string actor,
        DateTimeOffset now,
        CancellationToken cancellation
    ) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = name.Suffix,
            Provider = (await context.Providers.SingleAsync(provider => provider.Id == name.ProviderId, cancellation)).Name,
            Name = name.Suffix,
            ChallengeId = name.ChallengeId!.Value,
            ValidUntil = name.ValidUntil!.Value,
        };

    private static async Task<IReadOnlyList<ProviderName>> FindOverlapsAsync(
        AuthorityDbContext context,
        Guid providerId,
        Fqdn name,
        bool includeSubdomains,
        CancellationToken cancellation
    )
    {
        var labels = name.Value.Split('.');
        var itselfAndAbove = Enumerable.Range(0, labels.Length).Select(first => string.Join('.', labels[first..])).ToList();
        var below = "." + name.Value;
        var candidates = await context
            .ProviderNames.Where(other =>
                other.ProviderId != providerId
                && other.WithdrawnAt == null
                && (itselfAndAbove.Contains(other.Suffix) || other.Suffix.EndsWith(below))
            )
            .ToListAsync(cancellation);
        return
        [
            .. candidates.Where(other =>
                name.IsUnder(Fqdn.Parse(other.Suffix), other.IncludeSubdomains) || Fqdn.Parse(other.Suffix).IsUnder(name, includeSubdomains)
            ),
        ];
    }
}
