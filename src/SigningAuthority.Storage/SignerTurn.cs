using Npgsql;

namespace SigningAuthority.Storage;

/// <summary>
/// One Signer's turn at something: others leave it alone until this is disposed, or its connection is lost. No transaction is under way
/// meanwhile: the log would wait for it. As role sa_signer.
/// </summary>
internal sealed class SignerTurn : IAsyncDisposable
{
    // The row for each thing that is done by turns.
    private const string Insert = "insert into sa.signer_turn (of) values ($1) on conflict do nothing";

    // A turn ends with its backend at the latest, hence needn't outlast a crash of Postgres. Of two at once the later one finds the row changed.
    // A host that died is found out within two minutes, and a Signer that stands still too: with its backend its turn is over.
    private const string Take = """
        with free as materialized (
            select t.of, t.pid, t.backend_start from sa.signer_turn t where t.of = $1 and not exists (
                select from pg_stat_activity a where a.pid = t.pid and a.backend_start = t.backend_start and a.pid <> pg_backend_pid())
        )
        update sa.signer_turn t set pid = pg_backend_pid(),
            backend_start = (select own.backend_start from pg_stat_activity own where own.pid = pg_backend_pid())
        from free f where t.of = f.of and t.pid is not distinct from f.pid and t.backend_start is not distinct from f.backend_start
        returning set_config('synchronous_commit', 'off', true), set_config('tcp_keepalives_idle', '60', false),
            set_config('tcp_keepalives_interval', '15', false), set_config('tcp_keepalives_count', '4', false),
            set_config('tcp_user_timeout', '120000', false),
            set_config('idle_session_timeout', '120s', false)
        """;

    private const string GiveBack = """
        update sa.signer_turn set pid = null, backend_start = null where of = $1 and pid = pg_backend_pid()
        returning set_config('synchronous_commit', 'off', true)
        """;

    // The pool keeps the session, for as long as it likes.
    private const string StayIdle = "reset idle_session_timeout";

    private readonly NpgsqlDataSource _dataSource;
    private readonly string _of;

    private SignerTurn(NpgsqlDataSource dataSource, NpgsqlConnection connection, string of) =>
        (_dataSource, Connection, _of) = (dataSource, connection, of);

    /// <summary>The one that has the turn.</summary>
    public NpgsqlConnection Connection { get; }

    /// <param name="dataSource">As role sa_signer.</param>
    /// <param name="of">What is done by turns.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>Null while another Signer has its turn.</returns>
    public static async Task<SignerTurn?> TryTakeAsync(NpgsqlDataSource dataSource, string of, CancellationToken cancellation = default)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellation);
        try
        {
            // Not cancelled: a turn that was had is given back.
            if (await IsTakenAsync(connection, of))
                return new SignerTurn(dataSource, connection, of);
            // The first time ever there is no row to take.
            await using var insert = new NpgsqlCommand(Insert, connection);
            insert.Parameters.AddValue(of);
            if (await insert.ExecuteNonQueryAsync(cancellation) == 1 && await IsTakenAsync(connection, of))
                return new SignerTurn(dataSource, connection, of);
            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            // Nobody knows whether it was had.
            dataSource.Clear();
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> IsTakenAsync(NpgsqlConnection connection, string of)
    {
        await using var take = new NpgsqlCommand(Take, connection);
        take.Parameters.AddValue(of);
        return await take.ExecuteScalarAsync(CancellationToken.None) is not null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var batch = new NpgsqlBatch(Connection);
            var giveBack = new NpgsqlBatchCommand(GiveBack);
            giveBack.Parameters.AddValue(_of);
            batch.BatchCommands.Add(giveBack);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(StayIdle));
            await batch.ExecuteNonQueryAsync();
        }
        catch (Exception fault) when (fault is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            // The pool would keep the backend, and with it the turn. A connection that is broken has lost it.
            _dataSource.Clear();
        }

        await Connection.DisposeAsync();
    }
}
