using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Storage.Requests;

/// <summary>A request with the certificates that it has so far, in the order of its authorities.</summary>
public sealed record RequestWithCertificates(SigningRequestRecord Request, IReadOnlyList<IssuedCertificate> Certificates);

/// <summary>How many requests of a lane are in a state.</summary>
public sealed record QueueCount(Lane Lane, RequestState State, long Requests);

/// <summary>Everyday questions about requests. A caller's own are asked for with its tenant: another's are not found. Thread-safe.</summary>
public sealed class SigningRequestQueries(NpgsqlDataSource dataSource)
{
    /// <summary>Whoever it belongs to: for operators and the key room.</summary>
    public async Task<RequestWithCertificates?> FindAsync(SigningRequestId id, CancellationToken cancellation = default) =>
        (await FindManyAsync([id], cancellation)).SingleOrDefault();

    public async Task<RequestWithCertificates?> FindOfProviderAsync(
        Guid providerId,
        SigningRequestId id,
        CancellationToken cancellation = default
    ) => await FindAsync(id, cancellation) is { } found && found.Request.ProviderId == providerId ? found : null;

    public async Task<RequestWithCertificates?> FindOfStationAsync(
        Guid stationId,
        SigningRequestId id,
        CancellationToken cancellation = default
    ) => await FindAsync(id, cancellation) is { } found && found.Request.StationId == stationId ? found : null;

    /// <summary>Those that exist of the ids, in no particular order. One round trip, however many.</summary>
    public Task<IReadOnlyList<RequestWithCertificates>> FindManyAsync(
        IReadOnlyCollection<SigningRequestId> ids,
        CancellationToken cancellation = default
    ) => FindWithCertificates.RunAsync(dataSource, ids, cancellation);

    /// <summary>A page of a provider's requests, the newest first.</summary>
    /// <param name="providerId">The tenant.</param>
    /// <param name="before">The last id of the page before this one.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyList<SigningRequestRecord>> ListOfProviderAsync(
        Guid providerId,
        SigningRequestId? before,
        int limit,
        CancellationToken cancellation = default
    )
    {
        var bound = before?.Value ?? Guid.AllBitsSet;
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context
            .SigningRequests.FromSql(
                $"select * from sa.signing_request where provider_id = {providerId} and id < {bound} order by id desc limit {limit}"
            )
            .ToListAsync(cancellation);
    }

    /// <summary>The newest requests in a state, for operators.</summary>
    public async Task<IReadOnlyList<SigningRequestRecord>> ListAsync(
        RequestState state,
        int limit,
        CancellationToken cancellation = default
    )
    {
        var name = state.ToString();
        // What is not finished is found by an index of few rows.
        FormattableString rows = state switch
        {
            RequestState.Queued or RequestState.Signing =>
                $"select * from sa.signing_request where open and state = {name} order by id desc limit {limit}",
            RequestState.AwaitingApproval or RequestState.Failed =>
                $"select * from sa.signing_request where waiting and state = {name} order by id desc limit {limit}",
            _ => $"select * from sa.signing_request where state = {name} order by id desc limit {limit}",
        };
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.SigningRequests.FromSql(rows).ToListAsync(cancellation);
    }

    /// <summary>The requests that want attention, by lane and state. Finished ones are not counted: they grow for ever.</summary>
    public async Task<IReadOnlyList<QueueCount>> CountUnfinishedAsync(CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context
            .SigningRequests.FromSql($"select * from sa.signing_request where open or waiting")
            .GroupBy(r => new { r.Lane, r.State })
            .Select(group => new QueueCount(group.Key.Lane, group.Key.State, group.LongCount()))
            .ToListAsync(cancellation);
    }

    /// <summary>A certificate by its fingerprint.</summary>
    public async Task<IssuedCertificate?> FindCertificateAsync(byte[] sha256, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.Certificates.FirstOrDefaultAsync(c => c.Sha256 == sha256, cancellation);
    }
}
