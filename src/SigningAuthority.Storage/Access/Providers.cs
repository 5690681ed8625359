using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Storage.Access;

/// <summary>What the operator wants to register is held already.</summary>
public sealed class AlreadyRegisteredException(string message, Exception? cause) : Exception(message, cause);

/// <summary>The tenants and their names. Writing needs role sa_operator. Thread-safe.</summary>
public sealed class Providers(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<IReadOnlyList<Provider>> ListAsync(CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Providers.OrderBy(p => p.Name).ToListAsync(cancellation);
    }

    public async Task<Provider?> FindAsync(string name, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Providers.SingleOrDefaultAsync(p => p.Name == name, cancellation);
    }

    /// <summary>The names that are the provider's now.</summary>
    public async Task<IReadOnlyList<ProviderName>> NamesAsync(Guid providerId, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context
            .ProviderNames.Where(n => n.ProviderId == providerId && n.WithdrawnAt == null)
            .OrderBy(n => n.Suffix)
            .ToListAsync(cancellation);
    }

    /// <summary>The same for several, as the key room decides about a batch.</summary>
    public async Task<ILookup<Guid, ProviderName>> NamesAsync(
        IReadOnlyCollection<Guid> providerIds,
        CancellationToken cancellation = default
    )
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        var names = await context
            .ProviderNames.Where(n => providerIds.Contains(n.ProviderId) && n.WithdrawnAt == null)
            .ToListAsync(cancellation);
        return names.ToLookup(n => n.ProviderId);
    }

    /// <exception cref="AlreadyRegisteredException">The name is taken.</exception>
    public async Task<Provider> AddAsync(string name, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var provider = new Provider { Id = Guid.CreateVersion7(now), Name = name };
        var entry = new ProviderRegistered
        {
            At = now,
            Actor = actor,
            Subject = name,
            ProviderId = provider.Id,
            Provider = name,
        };
        await using var context = AuthorityDbContext.Open(dataSource);
        context.Add(provider);
        await SaveAsync(context, entry, $"A provider '{name}' is registered already.", cancellation);
        return provider;
    }

    /// <exception cref="AlreadyRegisteredException">This or another provider holds the very name.</exception>
    public async Task<ProviderName> AddNameAsync(
        Provider provider,
        Fqdn suffix,
        bool includeSubdomains,
        string actor,
        CancellationToken cancellation = default
    )
    {
        var now = _time.GetUtcNow();
        var name = new ProviderName
        {
            Id = Guid.CreateVersion7(now),
            ProviderId = provider.Id,
            Suffix = suffix.Value,
            IncludeSubdomains = includeSubdomains,
            RegisteredBy = actor,
        };
        var entry = new NameRegistered
        {
            At = now,
            Actor = actor,
            Subject = suffix.Value,
            Provider = provider.Name,
            Name = suffix.Value,
            IncludeSubdomains = includeSubdomains,
        };
        await using var context = AuthorityDbContext.Open(dataSource);
        try
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
            await NameHolders.LockAsync(context, cancellation);
            await RequireNoOverlapAsync(context, provider, suffix, includeSubdomains, now, cancellation);
            var lapsed = await NameHolders.ReleaseLapsedAsync(context, provider.Id, suffix, includeSubdomains, actor, now, cancellation);
            context.Add(name);
            await context.SaveChangesAsync(cancellation);
            await context.CommitAsync(transaction, [.. lapsed, entry], cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new AlreadyRegisteredException($"The name '{suffix}' is registered already.", e);
        }

        return name;
    }

    private static async Task RequireNoOverlapAsync(
        AuthorityDbContext context,
        Provider provider,
        Fqdn suffix,
        bool includeSubdomains,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var others = await NameHolders.FindOthersAsync(context, provider.Id, suffix, includeSubdomains, now, cancellation);
        if (others.Count > 0)
            throw new AlreadyRegisteredException($"The name '{suffix}' overlaps '{others[0].Suffix}', which another provider holds.", null);
    }

    /// <returns>False when the name is not the provider's.</returns>
    public async Task<bool> WithdrawNameAsync(Provider provider, Fqdn suffix, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var withdrawn = await context
            .ProviderNames.Where(n => n.ProviderId == provider.Id && n.Suffix == suffix.Value && n.WithdrawnAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.WithdrawnAt, now), cancellation);
        if (withdrawn == 0)
            return false;

        var entry = new NameWithdrawn
        {
            At = now,
            Actor = actor,
            Subject = suffix.Value,
            Provider = provider.Name,
            Name = suffix.Value,
        };
        await context.CommitAsync(transaction, [entry], cancellation);
        return true;
    }

    private static async Task SaveAsync(AuthorityDbContext context, LogEntry entry, string whenTaken, CancellationToken cancellation)
    {
        try
        {
            await context.SaveAsync([entry], cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new AlreadyRegisteredException(whenTaken, e);
        }
    }
}
