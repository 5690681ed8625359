using Npgsql;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.RevocationLists;

/// <summary>
/// One Signer's turn at the lists of one authority: others leave them alone until it is disposed, or its connection is lost. That a
/// Signer which stood still meanwhile does no harm is not this lock's doing but that of the numbers, which the database lets only rise.
/// No transaction is under way meanwhile: the log would wait for it. As role sa_signer.
/// </summary>
public sealed class RevocationListTurn : IAsyncDisposable
{
    // No other list of an authority is begun before those are signed; in one transaction there are two at most.
    private const string SelectUnsigned = $"""
        select {RevocationList.Columns}
        from (select * from sa.crl where authority = $1 order by id desc limit 2) c left join sa.crl_issued i on i.crl_id = c.id
        where i.crl_id is null order by c.id
        """;

    // Transactions that are still to come are another cluster's, before a restore: their rows are on the lists that were made here.
    private const string Now = "pg_snapshot_xmax(pg_current_snapshot())";

    // What was read from another cluster, before a restore, is as if it weren't there: the next is made as the first. And what is of a time
    // to come, since the database's clock was wrong, is to be replaced.
    private const string SelectStanding = $"""
        select c.kind, c.number, c.this_update, c.entries,
            exists (select from sa.revoked r where r.authority = c.authority
                and r.xid >= pg_snapshot_xmin(c.snapshot) and r.xid < {Now} and not pg_visible_in_snapshot(r.xid, c.snapshot)),
            exists (select from sa.crl_asked a where a.authority = c.authority
                and a.xid >= pg_snapshot_xmin(c.snapshot) and a.xid < {Now} and not pg_visible_in_snapshot(a.xid, c.snapshot))
                or c.this_update > clock_timestamp() + interval '1 minute',
            c.built_at - c.created_at
        from (values ('Complete'), ('Delta')) k(kind)
        cross join lateral (select * from sa.crl where authority = $1 and shard = 0 and kind = k.kind order by number desc limit 1) c
        where sa.is_of_this_cluster(c.snapshot)
        """;

    private const string SelectLastOrdinal = "select last from sa.issuer_sequence where authority = $1";

    private const string SelectDueShards = $"""
        select s.shard, s.address from sa.crl_shard s
        left join lateral (
            select c.this_update, c.snapshot from sa.crl c where c.authority = s.authority and c.shard = s.shard and c.kind = 'Shard'
            order by c.number desc limit 1
        ) c on true
        where s.authority = $1 and (c.snapshot is null or c.this_update <= $2
            or c.this_update > clock_timestamp() + interval '1 minute' or not sa.is_of_this_cluster(c.snapshot)
            or exists (select from sa.revoked r where r.authority = s.authority and r.crl_shard = s.shard and r.crl_shard > 0
                and r.xid >= pg_snapshot_xmin(c.snapshot) and r.xid < {Now} and not pg_visible_in_snapshot(r.xid, c.snapshot)))
        order by s.shard
        """;

    private const string InsertShard = """
        insert into sa.crl_shard (authority, shard, address) values ($1, $2, $3) on conflict do nothing
        """;

    private const string InsertIssued = """
        insert into sa.crl_issued (crl_id, signature, sha256, octets) values ($1, $2, $3, $4) on conflict do nothing
        """;

    private const string Forget = "select sa.forget_old_crls($1, $2, $3)";

    private readonly SignerTurn _turn;
    private readonly NpgsqlConnection _connection;

    private RevocationListTurn(SignerTurn turn, string authority)
    {
        (_turn, _connection) = (turn, turn.Connection);
        Authority = authority;
    }

    public string Authority { get; }

    /// <returns>Null while another Signer has its turn.</returns>
    public static async Task<RevocationListTurn?> TryTakeAsync(
        NpgsqlDataSource dataSource,
        string authority,
        CancellationToken cancellation = default
    ) =>
        await SignerTurn.TryTakeAsync(dataSource, "crl " + authority, cancellation) is { } turn
            ? new RevocationListTurn(turn, authority)
            : null;

    /// <summary>What was intended and waits for its signature, the oldest first.</summary>
    public async Task<IReadOnlyList<RevocationList>> FindUnsignedAsync(CancellationToken cancellation = default)
    {
        await using var command = Command(SelectUnsigned);
        return await RevocationList.ReadAllAsync(command, cancellation);
    }

    public async Task<RevocationListStanding> LookAsync(CancellationToken cancellation = default)
    {
        NewestRevocationList? complete = null;
        NewestRevocationList? delta = null;
        var isAsked = false;
        await using (var command = Command(SelectStanding))
        {
            await using var row = await command.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                var newest = new NewestRevocationList(
                    row.GetInt64(1),
                    row.GetFieldValue<DateTimeOffset>(2),
                    row.GetInt64(3),
                    row.GetBoolean(4),
                    row.GetFieldValue<TimeSpan>(6)
                );
                if (row.GetString(0) == nameof(RevocationListKind.Complete))
                    (complete, isAsked) = (newest, row.GetBoolean(5));
                else
                    delta = newest;
            }
        }

        await using var last = Command(SelectLastOrdinal);
        return new RevocationListStanding(complete, delta, isAsked, await last.ExecuteScalarAsync(cancellation) as long? ?? 0);
    }

    /// <summary>Parts that have no list yet, or one that is older than this, or one that something has changed since.</summary>
    /// <param name="olderThan">A list's thisUpdate, inclusive.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyList<RevocationListShard>> FindDueShardsAsync(
        DateTimeOffset olderThan,
        CancellationToken cancellation = default
    )
    {
        await using var command = Command(SelectDueShards);
        command.Parameters.AddValue(olderThan.UtcDateTime);
        var due = new List<RevocationListShard>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            due.Add(new RevocationListShard(row.GetInt32(0), new Uri(row.GetString(1))));
        return due;
    }

    /// <summary>From now on there are lists of this part, at this address for ever. One that is open keeps the address that it has.</summary>
    public async Task OpenShardAsync(RevocationListShard shard, CancellationToken cancellation = default)
    {
        await using var command = Command(InsertShard);
        command.Parameters.AddValue(shard.Number);
        command.Parameters.AddValue(shard.Address.AbsoluteUri);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Begins lists of this moment: what all of them are read from.</summary>
    public Task<RevocationListMoment> BeginAsync(CancellationToken cancellation = default) =>
        RevocationListMoment.BeginAsync(_connection, Authority, cancellation);

    /// <summary>Records that a list was signed, with its entry; nothing where another Signer has.</summary>
    /// <param name="list">Unsigned.</param>
    /// <param name="signature">RSA PKCS#1 v1.5: whoever signs makes the same.</param>
    /// <param name="sha256">Over the whole file.</param>
    /// <param name="octets">Of the whole file.</param>
    /// <param name="entry">Its entry.</param>
    public async Task IssueAsync(RevocationList list, byte[] signature, byte[] sha256, long octets, RevocationListIssued entry)
    {
        // Not cancelled by a shutdown: what was signed is recorded.
        await using var transaction = await _connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(InsertIssued, _connection);
        command.Parameters.AddValue(list.Id);
        command.Parameters.AddValue(signature);
        command.Parameters.AddValue(sha256);
        command.Parameters.AddValue(octets);
        if (await command.ExecuteNonQueryAsync() == 1)
            await AppendLogEntries.AddAsync(_connection, [entry]);
        await transaction.CommitAsync();
    }

    /// <summary>Removes the bytes of a part's lists but the newest few of each kind.</summary>
    /// <param name="shard">0 for complete lists and deltas.</param>
    /// <param name="keep">At least 2.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task ForgetAsync(int shard, int keep, CancellationToken cancellation = default)
    {
        await using var command = Command(Forget);
        command.Parameters.AddValue(shard);
        command.Parameters.AddValue(keep);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _turn.DisposeAsync();

    private NpgsqlCommand Command(string sql)
    {
        var command = new NpgsqlCommand(sql, _connection);
        command.Parameters.AddValue(Authority);
        return command;
    }
}
