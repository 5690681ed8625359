using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Roots;

/// <summary>That a caller has a file in a version of it.</summary>
/// <param name="Caller">The actor, as the log names it.</param>
/// <param name="Provider">The tenant's name, where the caller is one.</param>
public sealed record RootFetch(
    string Caller,
    string? Provider,
    string File,
    byte[] Sha256,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    long Times
);

/// <summary>Who took which version of the published roots. Thread-safe.</summary>
public sealed class RootFetches(NpgsqlDataSource dataSource)
{
    private const string Insert = """
        insert into sa.root_fetch as f (caller, provider_id, file, sha256) values ($1, $2, $3, $4)
        on conflict (caller, file, sha256) do update set last_at = now(), times = f.times + 1
        """;

    private const string Select = """
        select f.caller, p.name, f.file, f.sha256, f.first_at, f.last_at, f.times
        from sa.root_fetch f left join sa.provider p on p.id = f.provider_id
        where $1::text is null or p.name = $1
        order by f.caller, f.file, f.last_at desc
        """;

    // Whoever has one of the newest bundle's forms has it: $1 and $2 are the files and their digests, in pairs.
    private const string Behind = """
        select p.name from sa.provider p
        where not exists (
            select from sa.root_fetch f join unnest($1::text[], $2::bytea[]) as newest(file, sha256) on f.file = newest.file and f.sha256 = newest.sha256
            where f.provider_id = p.id)
        order by p.name
        """;

    /// <summary>Notes what is going to be handed out, with its entries, in one transaction.</summary>
    /// <param name="caller">The actor, as the log names it.</param>
    /// <param name="providerId">The tenant, where the caller is one.</param>
    /// <param name="files">Names and SHA-256.</param>
    /// <param name="entry">That of the act.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task RecordAsync(
        string caller,
        Guid? providerId,
        IReadOnlyList<(string Name, byte[] Sha256)> files,
        LogEntry entry,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var (name, sha256) in files)
        {
            await using var command = new NpgsqlCommand(Insert, connection);
            command.Parameters.AddValue(caller);
            command.Parameters.AddValue(providerId);
            command.Parameters.AddValue(name);
            command.Parameters.AddValue(sha256);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>By caller and file, what was taken last first.</summary>
    /// <param name="provider">Only this tenant's, or all.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyList<RootFetch>> ListAsync(string? provider, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(provider);
        var found = new List<RootFetch>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            found.Add(
                new RootFetch(
                    row.GetString(0),
                    row.IsDBNull(1) ? null : row.GetString(1),
                    row.GetString(2),
                    row.GetFieldValue<byte[]>(3),
                    row.GetFieldValue<DateTimeOffset>(4),
                    row.GetFieldValue<DateTimeOffset>(5),
                    row.GetInt64(6)
                )
            );
        }

        return found;
    }

    /// <summary>Names of the tenants that have none of these, in order.</summary>
    /// <param name="newest">Forms of one file, each with its SHA-256.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyList<string>> WithoutAsync(
        IReadOnlyList<(string Name, byte[] Sha256)> newest,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Behind);
        command.Parameters.AddColumn(newest, file => file.Name);
        command.Parameters.AddColumn(newest, file => file.Sha256);
        var names = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            names.Add(row.GetString(0));
        return names;
    }
}
