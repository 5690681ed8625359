using Npgsql;

namespace SigningAuthority.Storage.RevocationLists;

/// <summary>Reads the lists that were issued, and asks for new ones. Thread-safe.</summary>
public sealed class IssuedRevocationLists(NpgsqlDataSource dataSource)
{
    // One look at an index for each list that there may be; rows of former lists are never passed.
    private const string SelectNewest = $"""
        select {RevocationList.Columns}
        from (
            select a.authority, k.kind, 0 as shard from sa.authority_certificate a, (values ('Complete'), ('Delta')) k(kind) where a.der is not null
            union all select s.authority, 'Shard', s.shard from sa.crl_shard s
        ) part
        cross join lateral (
            select c.id from sa.crl c join sa.crl_issued i on i.crl_id = c.id
            where c.authority = part.authority and c.shard = part.shard and c.kind = part.kind
            order by c.number desc limit 1
        ) newest
        join sa.crl c on c.id = newest.id join sa.crl_issued i on i.crl_id = c.id
        order by c.authority, c.shard, c.kind
        """;

    private const string SelectLatest = $"""
        select {RevocationList.Columns} from sa.crl c left join sa.crl_issued i on i.crl_id = c.id
        where c.authority = $1 order by c.id desc limit $2
        """;

    private const string SelectChunks = "select octets from sa.crl_chunk where crl_id = $1 order by ordinal";

    /// <summary>The newest of each kind and part, by authority.</summary>
    public async Task<IReadOnlyList<RevocationList>> NewestAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectNewest);
        return await RevocationList.ReadAllAsync(command, cancellation);
    }

    /// <summary>Those of an authority, the newest first; also one that waits for its signature.</summary>
    public async Task<IReadOnlyList<RevocationList>> LatestAsync(string authority, int limit, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectLatest);
        command.Parameters.AddValue(authority);
        command.Parameters.AddValue(limit);
        return await RevocationList.ReadAllAsync(command, cancellation);
    }

    /// <summary>Copies a list's to-be-signed bytes, a chunk at a time; none when they were removed.</summary>
    /// <param name="list">Any.</param>
    /// <param name="take">Given each chunk once, in order.</param>
    /// <param name="cancellation">Abandons the copy.</param>
    public async Task ReadToBeSignedAsync(
        RevocationList list,
        Func<ReadOnlyMemory<byte>, ValueTask> take,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectChunks);
        command.Parameters.AddValue(list.Id);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            await take(row.GetFieldValue<byte[]>(0));
    }
}
