using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Certificates;

/// <summary>What a ceremony is about to create: durable before the key signs.</summary>
public sealed record AuthorityIntent
{
    /// <summary>Its id in the configuration.</summary>
    public required string Authority { get; init; }

    public required string Purpose { get; init; }

    public required string KeyLabel { get; init; }

    public required string Subject { get; init; }

    /// <summary>DER.</summary>
    public required byte[] SubjectPublicKeyInfo { get; init; }

    /// <summary>DER of the root's TBSCertificate; null for the log's key, which has no certificate.</summary>
    public byte[]? ToBeSigned { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An authority that a ceremony created.</summary>
public sealed record AuthorityCertificate
{
    /// <summary>Its id in the configuration.</summary>
    public required string Authority { get; init; }

    public required string Purpose { get; init; }

    public required string KeyLabel { get; init; }

    public required string Subject { get; init; }

    /// <summary>DER.</summary>
    public required byte[] SubjectPublicKeyInfo { get; init; }

    /// <summary>Set by the database.</summary>
    public byte[] PublicKeySha256 { get; init; } = [];

    /// <summary>The self-signed certificate; null for the log's key.</summary>
    public byte[]? Der { get; init; }

    /// <summary>Over the DER. Set by the database.</summary>
    public byte[]? Sha256 { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The ceremony's signed transcript.</summary>
    public required string Transcript { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An authority of this id, key label or key is there already. Nothing is ever overwritten.</summary>
public sealed class AuthorityExistsException(string authority, Exception cause)
    : Exception($"The authority '{authority}', its key label or its key is there already.", cause);

/// <summary>The authorities and the ceremonies under way. Thread-safe.</summary>
public sealed class Authorities(NpgsqlDataSource dataSource)
{
    /// <summary>All that were created, the oldest first.</summary>
    public async Task<IReadOnlyList<AuthorityCertificate>> ReadAllAsync(CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.AuthorityCertificates.OrderBy(a => a.CreatedAt).ThenBy(a => a.Authority).ToListAsync(cancellation);
    }

    /// <summary>A ceremony that was begun, finished or not: an unfinished one goes on with these very bytes.</summary>
    public async Task<AuthorityIntent?> FindIntentAsync(string authority, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.AuthorityIntents.SingleOrDefaultAsync(a => a.Authority == authority, cancellation);
    }

    /// <param name="intent">The bytes that the new key will sign.</param>
    /// <param name="entry">Its <see cref="AuthorityIntended"/>.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <exception cref="AuthorityExistsException">Nothing was written.</exception>
    public Task InsertIntentAsync(AuthorityIntent intent, LogEntry entry, CancellationToken cancellation = default) =>
        InsertAsync(intent, intent.Authority, entry, cancellation);

    /// <param name="certificate">The authority, its intent written before.</param>
    /// <param name="entry">Its <see cref="AuthorityCreated"/>.</param>
    /// <param name="cancellation">Abandoning is safe: the ceremony is run again.</param>
    /// <exception cref="AuthorityExistsException">Nothing was written.</exception>
    public Task InsertCertificateAsync(AuthorityCertificate certificate, LogEntry entry, CancellationToken cancellation = default) =>
        InsertAsync(certificate, certificate.Authority, entry, cancellation);

    private async Task InsertAsync(object row, string authority, LogEntry entry, CancellationToken cancellation)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        context.Add(row);
        try
        {
            await context.SaveAsync([entry], cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new AuthorityExistsException(authority, e);
        }
    }
}
