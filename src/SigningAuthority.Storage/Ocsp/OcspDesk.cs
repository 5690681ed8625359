using Npgsql;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Ocsp;

/// <summary>
/// What the front door does about a certificate's status: finds what was signed before, or asks the key room. Nothing that it hands out
/// was signed before the newest revocation, hold or release of its certificates that was committed when the call began. As role sa_api.
/// Thread-safe.
/// </summary>
public sealed class OcspDesk(NpgsqlDataSource dataSource)
{
    private const string Find = """
        select a.place, r.response, r.this_update, r.next_update, r.asked_at < now() - interval '1 hour',
            r.next_update < now() + interval '10 minutes'
        from unnest($1::text[], $2::bytea[], $3::text[]) with ordinality as a(authority, serial_number, hash, place)
            join sa.ocsp_response r on r.authority = a.authority and r.serial_number = a.serial_number and r.hash = a.hash
            left join sa.revoked v on v.authority = a.authority and v.serial_number = a.serial_number
        where r.next_update > now() and r.revoked_xid is not distinct from v.xid::text::bigint
        """;

    private const string Ask =
        "insert into sa.ocsp_question (id, lane, authority, request) select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])";

    private const string Take = "select * from sa.take_ocsp_answers($1)";

    private const string Withdraw = "select sa.withdraw_ocsp_questions($1)";

    // Nobody is waited for: a row that the key room or another front door has at hand is asked for, and is noted another time.
    private const string Note = """
        update sa.ocsp_response r set asked_at = now()
        from (
            select s.authority, s.serial_number, s.hash
            from unnest($1::text[], $2::bytea[], $3::text[]) as n(authority, serial_number, hash)
                join sa.ocsp_response s on s.authority = n.authority and s.serial_number = n.serial_number and s.hash = n.hash
            for update of s skip locked
        ) a
        where r.authority = a.authority and r.serial_number = a.serial_number and r.hash = a.hash
        """;

    private const string AreIssued =
        "select coalesce(bool_and(sa.is_known_serial($1, s.serial_number)), false) from unnest($2::bytea[]) as s(serial_number)";

    /// <summary>The stored answers that can be given now.</summary>
    /// <returns>In the order of the keys; null for none.</returns>
    public async Task<StoredOcspResponse?[]> FindAsync(IReadOnlyList<OcspResponseKey> keys, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Find);
        AddKeys(command, keys);
        var found = new StoredOcspResponse?[keys.Count];
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found[row.GetInt64(0) - 1] = new StoredOcspResponse(
                row.GetFieldValue<byte[]>(1),
                new DateTimeOffset(row.GetDateTime(2)),
                new DateTimeOffset(row.GetDateTime(3))
            )
            {
                IsUnnoted = row.GetBoolean(4),
                IsEnding = row.GetBoolean(5),
            };
        return found;
    }

    /// <summary>Whether all of these were issued, or are going to be. Says nothing of their state: it decides how much is spent on an answer.</summary>
    public async Task<bool> AreIssuedAsync(string authority, IReadOnlyList<byte[]> serialNumbers, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(AreIssued);
        command.Parameters.AddValue(authority);
        command.Parameters.AddValue(serialNumbers.ToArray());
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Passes questions to the key room.</summary>
    public async Task AskAsync(IReadOnlyList<OcspQuestion> questions, CancellationToken cancellation = default)
    {
        await using var batch = dataSource.CreateBatch();
        // Each command is a transaction of its own; the announcement follows the commit.
        batch.EnableErrorBarriers = true;
        var insert = new NpgsqlBatchCommand(Ask);
        insert.Parameters.AddColumn(questions, question => question.Id);
        insert.Parameters.AddColumn(questions, question => question.Lane.ToString());
        insert.Parameters.AddColumn(questions, question => question.Authority);
        insert.Parameters.AddColumn(questions, question => question.Request);
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(Notifications.OcspAsked());
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Takes the answers that are there; each is there once.</summary>
    public async Task<IReadOnlyDictionary<Guid, OcspAnswer>> TakeAsync(
        IReadOnlyCollection<Guid> questions,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Take);
        command.Parameters.AddValue(questions.ToArray());
        var taken = new Dictionary<Guid, OcspAnswer>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            taken[row.GetGuid(0)] = new OcspAnswer(
                row.GetFieldValue<byte[]>(1),
                row.IsDBNull(2) ? null : new DateTimeOffset(row.GetDateTime(2)),
                row.IsDBNull(3) ? null : new DateTimeOffset(row.GetDateTime(3)),
                row.GetBoolean(4),
                row.GetBoolean(5)
            );
        return taken;
    }

    /// <summary>Takes back questions that nobody waits for any more.</summary>
    public async Task WithdrawAsync(IReadOnlyCollection<Guid> questions, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Withdraw);
        command.Parameters.AddValue(questions.ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Says of stored answers that they are asked for, so that they are signed again ahead.</summary>
    public async Task NoteAskedAsync(IReadOnlyList<OcspResponseKey> keys, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Note);
        AddKeys(command, keys);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void AddKeys(NpgsqlCommand command, IReadOnlyList<OcspResponseKey> keys)
    {
        command.Parameters.AddColumn(keys, key => key.Authority);
        command.Parameters.AddColumn(keys, key => key.SerialNumber);
        command.Parameters.AddColumn(keys, key => key.Hash);
    }
}
