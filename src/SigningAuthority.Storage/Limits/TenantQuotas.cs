using Npgsql;

namespace SigningAuthority.Storage.Limits;

/// <summary>
/// What a tenant may have at one time: requests under way, certificates within a window that ends now. Counted in the requests
/// themselves, in the transaction that adds one, under a lock of the tenant's: two submissions can't both be the last that fits.
/// </summary>
/// <param name="Unfinished">Requests not yet decided or signed; null for no limit.</param>
/// <param name="Certificates">Certificates asked for and not refused, withdrawn or given up; null for no limit.</param>
public sealed record TenantQuotas(Guid Tenant, Allowance? Unfinished, Allowance? Certificates)
{
    // Any constant; the low half is the tenant's.
    private const int LockSpace = 0x7361_6C74;

    private const string Count = """
        with allowed as (
            select coalesce((select most from sa.limit_override where provider_id = $1 and name = $2), $3) as unfinished,
                coalesce((select most from sa.limit_override where provider_id = $1 and name = $4), $5) as certificates
        ), under_way as (
            select count(*) as held from sa.signing_request
            where provider_id = $1 and (open or waiting) and state <> 'Failed'
        ), certified as (
            select coalesce(sum(cardinality(authorities)), 0) as held, min(submitted_at) as oldest from sa.signing_request
            where provider_id = $1 and id >= $6 and kind = 'ProvisioningServer' and state not in ('Refused', 'Withdrawn', 'Failed')
                and submitted_at > clock_timestamp() - $7 * interval '1 second'
        )
        select allowed.unfinished, under_way.held, allowed.certificates, certified.held,
            greatest(1, ceil(extract(epoch from certified.oldest - clock_timestamp()) + $7))::integer
        from allowed, under_way, certified
        """;

    /// <summary>Before the row is added: others of the same tenant wait until this transaction ends.</summary>
    internal async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1, hashtext($2))", connection);
        command.Parameters.AddWithValue(LockSpace);
        command.Parameters.AddWithValue(Tenant.ToString());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>After it was added, in the same transaction: what is broken now, or null.</summary>
    internal async Task<UsedUp?> FindBreachAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Count, connection);
        var window = Certificates?.Seconds ?? 0;
        command.Parameters.AddWithValue(Tenant);
        command.Parameters.AddWithValue(Unfinished?.Name ?? "");
        command.Parameters.AddWithValue(Unfinished?.Most ?? int.MaxValue);
        command.Parameters.AddWithValue(Certificates?.Name ?? "");
        command.Parameters.AddWithValue(Certificates?.Most ?? int.MaxValue);
        // Ids begin with their time (RFC 9562 §5.7): the index on (provider_id, id) ends the search. An hour for clocks that differ.
        command.Parameters.AddWithValue(FirstIdOf(now - TimeSpan.FromSeconds(window) - TimeSpan.FromHours(1)));
        command.Parameters.AddWithValue(window);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        if (Unfinished is not null && reader.GetInt64(1) > reader.GetInt32(0))
            return new UsedUp(Unfinished, reader.GetInt32(0), Unfinished.Seconds);
        return Certificates is not null && reader.GetInt64(3) > reader.GetInt32(2)
            ? new UsedUp(Certificates, reader.GetInt32(2), reader.GetInt32(4))
            : null;
    }

    private static Guid FirstIdOf(DateTimeOffset time)
    {
        var octets = new byte[16];
        var milliseconds = time.ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++)
            octets[i] = (byte)(milliseconds >> (40 - (8 * i)));
        return new Guid(octets, bigEndian: true);
    }
}
