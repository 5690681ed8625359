using System.Data;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Names;

/// <summary>Why a provider gets no challenge.</summary>
public enum ChallengeObstacle
{
    None,

    /// <summary>Another provider holds the name, or one above or below it. Whose it is, nobody is told.</summary>
    HeldByAnother,

    /// <summary>An operator registered the name for this provider: there is nothing to prove.</summary>
    Registered,

    /// <summary>So many are open already.</summary>
    TooManyOpen,
}

/// <summary>What came of asking for a look.</summary>
public enum CheckRequest
{
    /// <summary>It will be looked at; or it is being looked at already.</summary>
    Asked,

    /// <summary>Proven or failed for good.</summary>
    Finished,
    Expired,

    /// <summary>The tenant asked for more looks within the hour than are made.</summary>
    TooMany,
}

/// <summary>What a provider wants to prove.</summary>
public sealed record ChallengeWish(Guid ProviderId, string Provider, Fqdn Name, bool IncludeSubdomains, ProofMethod Method);

/// <summary>The providers' challenges, as the front door sees and makes them: role sa_api. Thread-safe.</summary>
public sealed class NameChallenges(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    /// <summary>Looks that one tenant may ask for in an hour.</summary>
    public const int MostChecksPerHour = 60;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <returns>The challenge, or what stands in its way.</returns>
    public async Task<(NameChallenge? Challenge, ChallengeObstacle Obstacle)> CreateAsync(
        ChallengeWish wish,
        TimeSpan life,
        int mostOpen,
        string actor,
        CancellationToken cancellation = default
    )
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        await NameHolders.LockAsync(context, cancellation);
        if (await FindObstacleAsync(context, wish, mostOpen, now, cancellation) is var obstacle && obstacle != ChallengeObstacle.None)
            return (null, obstacle);

        var challenge = new NameChallenge
        {
            Id = Guid.CreateVersion7(now),
            ProviderId = wish.ProviderId,
            Name = wish.Name.Value,
            IncludeSubdomains = wish.IncludeSubdomains,
            Method = wish.Method,
            Token = RandomNumberGenerator.GetBytes(NameChallenge.TokenOctets),
            CreatedBy = actor,
            ExpiresAt = now + life,
        };
        context.Add(challenge);
        await context.SaveChangesAsync(cancellation);
        await context.CommitAsync(transaction, [ToEntry(challenge, wish.Provider, actor, now)], cancellation);
        return (challenge, ChallengeObstacle.None);
    }

    /// <summary>Null when the provider has no such challenge. One snapshot: a challenge and its looks are never of two moments.</summary>
    public async Task<ChallengeWithChecks?> FindAsync(Guid providerId, Guid id, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var snapshot = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var challenge = await context.NameChallenges.SingleOrDefaultAsync(c => c.Id == id && c.ProviderId == providerId, cancellation);
        return challenge is null ? null : new ChallengeWithChecks(challenge, await ChecksAsync(context, id, cancellation));
    }

    /// <summary>Those that can still be proven, the newest first.</summary>
    public async Task<IReadOnlyList<ChallengeWithChecks>> ListOpenAsync(Guid providerId, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var snapshot = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var open = await context
            .NameChallenges.Where(c => c.ProviderId == providerId && c.State == ChallengeState.Open && c.ExpiresAt > now)
            .OrderByDescending(c => c.Id)
            .ToListAsync(cancellation);
        var ids = open.Select(challenge => challenge.Id).ToList();
        var checks = (
            await context.NameChecks.Where(c => ids.Contains(c.ChallengeId)).OrderBy(c => c.Id).ToListAsync(cancellation)
        ).ToLookup(c => c.ChallengeId);
        return [.. open.Select(challenge => new ChallengeWithChecks(challenge, [.. checks[challenge.Id]]))];
    }

    /// <summary>The challenges by which names were proven, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, NameChallenge>> FindManyAsync(
        IReadOnlyCollection<Guid> ids,
        CancellationToken cancellation = default
    )
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.NameChallenges.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellation);
    }

    /// <summary>Asks Outreach to look.</summary>
    public async Task<CheckRequest> AskCheckAsync(NameChallenge challenge, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        if (challenge.State != ChallengeState.Open)
            return CheckRequest.Finished;
        if (challenge.ExpiresAt <= now)
            return CheckRequest.Expired;

        await using var context = AuthorityDbContext.Open(dataSource);
        var hourAgo = now.AddHours(-1);
        var recent = await context.NameChecks.CountAsync(
            check =>
                check.AskedAt > hourAgo
                && context.NameChallenges.Any(c => c.Id == check.ChallengeId && c.ProviderId == challenge.ProviderId),
            cancellation
        );
        if (recent >= MostChecksPerHour)
            return CheckRequest.TooMany;
        await context.Database.ExecuteSqlAsync(
            $"insert into sa.name_check (id, challenge_id, asked_by) values ({Guid.CreateVersion7(now)}, {challenge.Id}, {actor}) on conflict do nothing",
            cancellation
        );
        return CheckRequest.Asked;
    }

    private static async Task<ChallengeObstacle> FindObstacleAsync(
        AuthorityDbContext context,
        ChallengeWish wish,
        int mostOpen,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var isRegistered = await context.ProviderNames.AnyAsync(
            name =>
                name.ProviderId == wish.ProviderId
                && name.Suffix == wish.Name.Value
                && name.WithdrawnAt == null
                && name.ChallengeId == null,
            cancellation
        );
        if (isRegistered)
            return ChallengeObstacle.Registered;
        var others = await NameHolders.FindOthersAsync(context, wish.ProviderId, wish.Name, wish.IncludeSubdomains, now, cancellation);
        if (others.Count > 0)
            return ChallengeObstacle.HeldByAnother;
        var open = await context.NameChallenges.CountAsync(
            c => c.ProviderId == wish.ProviderId && c.State == ChallengeState.Open && c.ExpiresAt > now,
            cancellation
        );
        return open >= mostOpen ? ChallengeObstacle.TooManyOpen : ChallengeObstacle.None;
    }

    private static async Task<IReadOnlyList<NameCheck>> ChecksAsync(AuthorityDbContext context, Guid id, CancellationToken cancellation) =>
        await context.NameChecks.Where(c => c.ChallengeId == id).OrderBy(c => c.Id).ToListAsync(cancellation);

    private static NameChallenged ToEntry(NameChallenge challenge, string provider, string actor, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = challenge.Name,
            Provider = provider,
            Name = challenge.Name,
            IncludeSubdomains = challenge.IncludeSubdomains,
            Method = challenge.MethodName,
            ChallengeId = challenge.Id,
            ExpiresAt = challenge.ExpiresAt,
        };
}
