using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Storage.Access;

/// <summary>The factory stations. Writing needs role sa_operator. Thread-safe.</summary>
public sealed class Stations(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The station that presents this certificate; null when there is none or it is revoked.</summary>
    public async Task<Station?> FindByCertificateAsync(byte[] certificateSha256, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Stations.SingleOrDefaultAsync(
            s => s.CertificateSha256 == certificateSha256 && s.RevokedAt == null,
            cancellation
        );
    }

    /// <summary>The working station of that name.</summary>
    public async Task<Station?> FindAsync(string name, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Stations.SingleOrDefaultAsync(s => s.Name == name && s.RevokedAt == null, cancellation);
    }

    /// <summary>All, by name; revoked ones too.</summary>
    public async Task<IReadOnlyList<Station>> ListAsync(CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Stations.OrderBy(s => s.Name).ThenBy(s => s.CreatedAt).ToListAsync(cancellation);
    }

    /// <summary>Of those named, the ones that work now: what the key room asks about the stations of a batch.</summary>
    public async Task<IReadOnlyDictionary<Guid, Station>> FindWorkingAsync(
        IReadOnlyCollection<Guid> ids,
        CancellationToken cancellation = default
    )
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Stations.Where(s => ids.Contains(s.Id) && s.RevokedAt == null).ToDictionaryAsync(s => s.Id, cancellation);
    }

    /// <exception cref="AlreadyRegisteredException">A station of this name works already: revoke it first.</exception>
    public async Task<Station> EnrolAsync(
        string name,
        IssuedCertificate certificate,
        string actor,
        CancellationToken cancellation = default
    )
    {
        var now = _time.GetUtcNow();
        var station = new Station
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            RequestId = certificate.RequestId,
            CertificateSha256 = certificate.Sha256,
            Certificate = certificate.Der,
        };
        await using var context = AuthorityDbContext.Open(dataSource);
        context.Add(station);
        try
        {
            await context.SaveAsync([Enrolled(station, certificate, actor, now)], cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new AlreadyRegisteredException($"A station '{name}' works already.", e);
        }

        return station;
    }

    /// <returns>False when no station of that name works.</returns>
    public async Task<bool> RevokeAsync(string name, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var revoked = await context
            .Stations.Where(s => s.Name == name && s.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.RevokedAt, now), cancellation);
        if (revoked == 0)
            return false;

        await context.CommitAsync(
            transaction,
            [
                new StationRevoked
                {
                    At = now,
                    Actor = actor,
                    Subject = name,
                    Station = name,
                },
            ],
            cancellation
        );
        return true;
    }

    private static StationEnrolled Enrolled(Station station, IssuedCertificate certificate, string actor, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = station.Name,
            RequestId = station.RequestId.Value,
            Fingerprint = Convert.ToHexStringLower(station.CertificateSha256),
            Station = station.Name,
            SerialNumber = certificate.SerialNumber.Hex,
            NotAfter = certificate.NotAfter,
        };
}
