using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Access;

/// <summary>Bearer tokens. Writing needs role sa_operator. Thread-safe.</summary>
public sealed class Tokens(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    /// <summary>What each token begins with, so that scanners for leaked secrets can tell one.</summary>
    public const string Prefix = "sa_";

    private const int RandomOctets = 32;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <param name="role">What it allows.</param>
    /// <param name="provider">Its tenant, exactly when the role is Provider.</param>
    /// <param name="label">For people: who holds it, what for.</param>
    /// <param name="lifetime">From now.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>The row, and the token itself, which can't be had again.</returns>
    public Task<(AccessToken Row, string Token)> CreateAsync(
        TokenRole role,
        Provider? provider,
        string label,
        TimeSpan lifetime,
        string actor,
        CancellationToken cancellation = default
    ) => CreateAsync(role, provider, TokenBearer.Unknown, label, lifetime, actor, cancellation);

    /// <param name="role">What it allows.</param>
    /// <param name="provider">Its tenant, exactly when the role is Provider.</param>
    /// <param name="bearer">Who has it; with a registration exactly when the role is Officer.</param>
    /// <param name="label">For people: what for.</param>
    /// <param name="lifetime">From now.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>The row, and the token itself, which can't be had again.</returns>
    public async Task<(AccessToken Row, string Token)> CreateAsync(
        TokenRole role,
        Provider? provider,
        TokenBearer bearer,
        string label,
        TimeSpan lifetime,
        string actor,
        CancellationToken cancellation = default
    )
    {
        if ((role == TokenRole.Provider) != (provider is not null))
            throw new ArgumentException("A token has a tenant exactly when its role is Provider.", nameof(provider));
        if ((role == TokenRole.Officer) != (bearer.OfficerId is not null))
            throw new ArgumentException("A token has an officer exactly when its role is Officer.", nameof(bearer));

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        var now = _time.GetUtcNow();
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomOctets));
        var row = new AccessToken
        {
            Id = Guid.CreateVersion7(now),
            TokenSha256 = Hash(token),
            Role = role,
            ProviderId = provider?.Id,
            OfficerId = bearer.OfficerId,
            Holder = bearer.Holder?.Value,
            Label = label,
            CreatedBy = actor,
            ExpiresAt = now + lifetime,
        };
        await using var context = AuthorityDbContext.Open(dataSource);
        context.Add(row);
        await context.SaveAsync([Created(row, provider, actor, now)], cancellation);
        return (row, token);
    }

    /// <summary>Looks a presented token up by its hash; null when it is unknown, expired or revoked, or its officer is.</summary>
    public async Task<PresentedToken?> FindAsync(string token, CancellationToken cancellation = default)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal))
            return null;

        var (hash, now) = (Hash(token), _time.GetUtcNow());
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context
            .AccessTokens.Where(t => t.TokenSha256 == hash && t.RevokedAt == null && t.ExpiresAt > now)
            .Where(t => t.OfficerId == null || context.Officers.Any(o => o.Id == t.OfficerId && o.RevokedAt == null))
            .Select(t => new PresentedToken(
                t,
                context.Providers.Where(p => p.Id == t.ProviderId).Select(p => p.Name).SingleOrDefault(),
                context.Officers.Where(o => o.Id == t.OfficerId).Select(o => o.Name).SingleOrDefault()
            ))
            .SingleOrDefaultAsync(cancellation);
    }

    /// <summary>All, the oldest first, revoked and expired ones too.</summary>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.AccessTokens.OrderBy(t => t.Id).ToListAsync(cancellation);
    }

    /// <returns>False when there is no such token or it is revoked already.</returns>
    public async Task<bool> RevokeAsync(Guid id, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var revoked = await context
            .AccessTokens.Where(t => t.Id == id && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellation);
        if (revoked == 0)
            return false;

        await context.CommitAsync(
            transaction,
            [
                new TokenRevoked
                {
                    At = now,
                    Actor = actor,
                    TokenId = id,
                },
            ],
            cancellation
        );
        return true;
    }

    // 256 random bits need neither salt nor a slow hash.
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static TokenCreated Created(AccessToken row, Provider? provider, string actor, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = provider?.Name,
            TokenId = row.Id,
            Role = row.Role.ToString().ToLowerInvariant(),
            Label = row.Label,
            Provider = provider?.Name,
            ExpiresAt = row.ExpiresAt,
            Holder = row.Holder,
        };
}

/// <summary>The person who has a token, as far as the operator said.</summary>
/// <param name="Holder">An officer's name.</param>
/// <param name="OfficerId">The registration that a token of role Officer acts for.</param>
public sealed record TokenBearer(OfficerName? Holder, Guid? OfficerId)
{
    public static TokenBearer Unknown { get; } = new(null, null);
}
