using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Limits;

/// <summary>What a tenant is allowed instead of what the configuration says.</summary>
public sealed record LimitOverride(Guid ProviderId, string Provider, string Name, int Most, string SetBy, DateTimeOffset SetAt);

/// <summary>Operators' exceptions from the limits. Writing needs role sa_operator. Thread-safe.</summary>
public sealed class LimitOverrides(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<IReadOnlyList<LimitOverride>> ListAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(
            """
            select o.provider_id, p.name, o.name, o.most, o.set_by, o.set_at
            from sa.limit_override o join sa.provider p on p.id = o.provider_id
            where o.most is not null order by p.name, o.name
            """
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<LimitOverride>();
        while (await reader.ReadAsync(cancellation))
            found.Add(
                new LimitOverride(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetInt32(3),
                    reader.GetString(4),
                    reader.GetFieldValue<DateTimeOffset>(5)
                )
            );
        return found;
    }

    /// <param name="provider">The tenant.</param>
    /// <param name="name">A limit of the configuration.</param>
    /// <param name="most">1 or more; null for what the configuration says.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task SetAsync(Provider provider, string name, int? most, string actor, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            """
            insert into sa.limit_override (provider_id, name, most, set_by) values ($1, $2, $3, $4)
            on conflict (provider_id, name) do update set most = excluded.most, set_by = excluded.set_by, set_at = now()
            """,
            connection,
            transaction
        );
        command.Parameters.AddWithValue(provider.Id);
        command.Parameters.AddWithValue(name);
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = most });
        command.Parameters.AddWithValue(actor);
        await command.ExecuteNonQueryAsync(cancellation);
        var entry = new LimitSet
        {
            At = now,
            Actor = actor,
            Subject = provider.Name,
            Provider = provider.Name,
            Limit = name,
            Most = most,
        };
        await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
