using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Names;

/// <summary>What the A records of a request's name were, soon after it was submitted.</summary>
public sealed record AddressLookup
{
    public required SigningRequestId RequestId { get; init; }

    public required string Fqdn { get; init; }

    /// <summary>Addresses that the provider says its server has; may be empty.</summary>
    public required string[] Expected { get; init; }

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? LookedUpAt { get; init; }

    /// <summary>The name's A records.</summary>
    public required string[] Found { get; init; }

    /// <summary>
    /// What the provider is warned of: address-not-found, address-mismatch, address-not-ipv4, address-lookup-failed. Null when all is well.
    /// </summary>
    public string? Code { get; init; }
}

/// <summary>Look-ups of requests' names: claimed and written as role sa_outreach, read by all. Thread-safe.</summary>
public sealed class AddressLookups(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Null when the request's name has not been looked up (yet).</summary>
    public async Task<AddressLookup?> FindAsync(SigningRequestId request, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context.AddressLookups.SingleOrDefaultAsync(l => l.RequestId == request && l.LookedUpAt != null, cancellation);
    }

    /// <summary>
    /// Claims requests of the last day that have no look-up: inserting the row is the claim. And look-ups whose claimer died.
    /// </summary>
    public async Task<IReadOnlyList<AddressLookup>> ClaimAsync(Guid instance, int limit, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context
            .AddressLookups.FromSql(
                $"""
                with again as (
                    update sa.address_lookup l set leased_by = {instance}, lease_until = now() + {Lease}
                    from (
                        select request_id from sa.address_lookup where looked_up_at is null and lease_until < now()
                        limit {limit} for update skip locked
                    ) due
                    where l.request_id = due.request_id
                    returning l.*
                ), fresh as (
                    insert into sa.address_lookup (request_id, fqdn, expected, leased_by, lease_until)
                    select r.id, r.fqdn, r.addresses, {instance}, now() + {Lease}
                    from sa.signing_request r
                    where r.kind = 'ProvisioningServer' and r.submitted_at > now() - interval '1 day'
                        and not exists (select from sa.address_lookup l where l.request_id = r.id)
                    order by r.submitted_at limit {limit}
                    on conflict do nothing
                    returning *
                )
                select request_id, fqdn, expected, looked_up_at, found, code from again
                union all select request_id, fqdn, expected, looked_up_at, found, code from fresh
                """
            )
            .ToListAsync(cancellation);
    }

    public async Task RecordAsync(
        Guid instance,
        string actor,
        AddressLookup lookup,
        IReadOnlyList<string> found,
        string? code,
        CancellationToken cancellation = default
    )
    {
        var entry = new AddressLookedUp
        {
            At = _time.GetUtcNow(),
            Actor = actor,
            Subject = lookup.Fqdn,
            RequestId = lookup.RequestId.Value,
            Expected = lookup.Expected,
            Found = found,
            Code = code,
        };
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var written = await context.Database.ExecuteSqlAsync(
            $"""
            update sa.address_lookup set looked_up_at = now(), found = {found.ToArray()}, code = {code}, leased_by = null, lease_until = null
            where request_id = {lookup.RequestId.Value} and leased_by = {instance} and looked_up_at is null
            """,
            cancellation
        );
        if (written > 0)
            await context.CommitAsync(transaction, [entry], cancellation);
    }
}
