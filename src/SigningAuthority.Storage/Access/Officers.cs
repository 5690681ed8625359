using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Access;

/// <summary>The people who approve. Writing needs role sa_operator. Thread-safe.</summary>
public sealed class Officers(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The working officer of that name.</summary>
    public async Task<Officer?> FindAsync(OfficerName name, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Officers.SingleOrDefaultAsync(o => o.Name == name.Value && o.RevokedAt == null, cancellation);
    }

    /// <summary>The officer of that registration while it works.</summary>
    public async Task<Officer?> FindAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Officers.SingleOrDefaultAsync(o => o.Id == id && o.RevokedAt == null, cancellation);
    }

    /// <summary>All, by name; revoked ones too.</summary>
    public async Task<IReadOnlyList<Officer>> ListAsync(CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Officers.OrderBy(o => o.Name).ThenBy(o => o.CreatedAt).ToListAsync(cancellation);
    }

    /// <exception cref="AlreadyRegisteredException">An officer of this name works already, or the key was registered before.</exception>
    public async Task<Officer> AddAsync(OfficerName name, OfficerKey key, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var officer = new Officer
        {
            Id = Guid.CreateVersion7(now),
            Name = name.Value,
            PublicKey = key.SubjectPublicKeyInfo.ToArray(),
            CreatedBy = actor,
        };
        var entry = new OfficerRegistered
        {
            At = now,
            Actor = actor,
            Subject = name.Value,
            OfficerId = officer.Id,
            Officer = name.Value,
            PublicKeySha256 = Convert.ToHexStringLower(key.Sha256),
        };
        await using var context = AuthorityDbContext.Open(dataSource);
        context.Add(officer);
        try
        {
            await context.SaveAsync([entry], cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } taken)
        {
            throw new AlreadyRegisteredException(
                taken.ConstraintName == "officer_active"
                    ? $"An officer '{name}' works already: revoke that registration first."
                    : "This key was registered before. Each registration has a key of its own: signctl officer keygen",
                e
            );
        }

        return officer;
    }

    /// <summary>Takes a registration back: its tokens work no more, and its approvals count no more for what is not signed yet.</summary>
    /// <returns>False when no officer of that name works.</returns>
    public async Task<bool> RevokeAsync(OfficerName name, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var officer = await context.Officers.SingleOrDefaultAsync(o => o.Name == name.Value && o.RevokedAt == null, cancellation);
        if (officer is null)
            return false;

        var revoked = await context
            .Officers.Where(o => o.Id == officer.Id && o.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.RevokedAt, now), cancellation);
        if (revoked == 0)
            return false;

        await context.CommitAsync(
            transaction,
            [
                new OfficerRevoked
                {
                    At = now,
                    Actor = actor,
                    Subject = name.Value,
                    OfficerId = officer.Id,
                    Officer = name.Value,
                },
            ],
            cancellation
        );
        return true;
    }
}
