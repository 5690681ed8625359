using Npgsql;

namespace SigningAuthority.Storage.RevocationLists;

/// <summary>Which part of its authority's certificates the next one belongs to. As role sa_signer. Thread-safe.</summary>
public sealed class ReadCurrentShards(NpgsqlDataSource dataSource)
{
    // Only one whose list is published already: a certificate never names an address where nothing is.
    private const string Select = """
        select q.authority, s.shard, s.address from sa.issuer_sequence q
        cross join lateral (
            select s.shard, s.address from sa.crl_shard s
            where s.authority = q.authority and s.shard <= q.last / $1
                and exists (select from sa.crl c join sa.crl_issued i on i.crl_id = c.id where c.authority = s.authority and c.shard = s.shard)
            order by s.shard desc limit 1
        ) s
        """;

    /// <param name="shardSize">The policy's.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>By authority; those that are not in it name their complete list.</returns>
    public async Task<IReadOnlyDictionary<string, RevocationListShard>> RunAsync(int shardSize, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue((long)shardSize);
        var shards = new Dictionary<string, RevocationListShard>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            shards.Add(row.GetString(0), new RevocationListShard(row.GetInt32(1), new Uri(row.GetString(2))));
        return shards;
    }
}
