using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Ocsp;

/// <summary>Looks certificates up in the transaction that their answer is recorded in, as of now.</summary>
/// <returns>In the order of the names.</returns>
public delegate Task<IReadOnlyList<CertificateStatus>> FindStatuses(IReadOnlyList<CertificateName> names);

/// <summary>What the key room does about questions: takes, answers, signs again ahead, sweeps. As role sa_signer. Thread-safe.</summary>
public sealed class OcspAtTheKey(NpgsqlDataSource dataSource)
{
    // An answer lost in a crash is signed again; nobody need wait for the disk.
    private const string NeedNoDisk = "set local synchronous_commit = off";

    private const string Claim = """
        delete from sa.ocsp_question q
        using (select id from sa.ocsp_question where authority = any($1) order by asked_at limit $2 for update skip locked) oldest
        where q.id = oldest.id
        returning q.id, q.lane, q.authority, q.request
        """;

    private const string Waiting = """
        select a.authority from unnest($1::text[]) as a(authority)
        where exists (select from sa.ocsp_question q where q.authority = a.authority)
        """;

    private const string Answer = """
        insert into sa.ocsp_answer (question, authority, response, serial_numbers, revoked_xids, this_update, next_update, is_reusable)
        values ($1, $2, $3, $4, $5, ($6::timestamptz[])[1], ($7::timestamptz[])[1], $8)
        """;

    // Rows go in by name, so that two batches never wait for each other crosswise. What tells of the certificate's state of now replaces what
    // does not, whatever the times: clocks of Signers differ, and a batch may commit after one that read later. Else what was signed later stays.
    private const string Store = """
        insert into sa.ocsp_response as r (authority, serial_number, hash, response, this_update, next_update, revoked_xid,
            responder_spki_sha256)
        select distinct on (authority, serial_number, hash) authority, serial_number, hash, response, this_update, next_update, xid, responder
        from unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $9::bytea[])
            as n(authority, serial_number, hash, response, this_update, next_update, xid, responder)
        order by authority, serial_number, hash, this_update desc
        on conflict on constraint ocsp_response_pkey do update set response = excluded.response, this_update = excluded.this_update,
            next_update = excluded.next_update, revoked_xid = excluded.revoked_xid,
            responder_spki_sha256 = excluded.responder_spki_sha256, asked_at = case when $8 then now() else r.asked_at end
        where case when r.revoked_xid is not distinct from excluded.revoked_xid then r.this_update <= excluded.this_update
            else excluded.revoked_xid is not distinct from (
                select v.xid::text::bigint from sa.revoked v where v.authority = r.authority and v.serial_number = r.serial_number) end
        """;

    private const string Due = """
        select r.authority, r.serial_number, r.hash, r.next_update
        from sa.ocsp_response r join unnest($1::text[], $5::timestamptz[]) as s(authority, ends_at) on s.authority = r.authority
        where r.next_update < now() + $2 and r.next_update < s.ends_at and r.asked_at > now() - $3
            and r.next_update >= $6 and (r.next_update, r.authority, r.serial_number, r.hash) > ($6, $7, $8, $9)
        order by r.next_update, r.authority, r.serial_number, r.hash limit $4 for update of r skip locked
        """;

    // In pieces: a million are more than one statement's time. None is passed over, whoever has locked it.
    private const string Forget = """
        delete from sa.ocsp_response r
        using (select authority, serial_number, hash from sa.ocsp_response where authority = $1 and responder_spki_sha256 = $2
            limit 10000 for update) old
        where r.authority = old.authority and r.serial_number = old.serial_number and r.hash = old.hash
        """;

    private const string SweepQuestions = "delete from sa.ocsp_question where asked_at < now() - $1";
    private const string SweepAnswers = "delete from sa.ocsp_answer where answered_at < now() - $1";
    private const string SweepResponses = """
        delete from sa.ocsp_response r
        using (select authority, serial_number, hash from sa.ocsp_response where next_update < now() order by next_update limit 10000
            for update skip locked) old
        where r.authority = old.authority and r.serial_number = old.serial_number and r.hash = old.hash
        """;

    /// <summary>Those of the authorities that somebody asks about now.</summary>
    public async Task<IReadOnlyList<string>> FindAskedAsync(
        IReadOnlyCollection<string> authorities,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Waiting);
        command.Parameters.AddValue(authorities.ToArray());
        var asked = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            asked.Add(row.GetString(0));
        return asked;
    }

    /// <summary>
    /// Answers the oldest questions in one transaction: a Signer that dies on the way leaves them for another, and no two answer the same.
    /// </summary>
    /// <param name="authorities">Whose questions this Signer can answer.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="answerAsync">An answer for each question.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> AnswerAsync(
        IReadOnlyCollection<string> authorities,
        int limit,
        Func<IReadOnlyList<OcspQuestion>, FindStatuses, Task<IReadOnlyList<NewOcspAnswer>>> answerAsync,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var questions = await ClaimAsync(connection, authorities, limit, cancellation);
        if (questions.Count == 0)
            return 0;

        var answers = await answerAsync(questions, names => CertificateStatuses.FindAsync(connection, names, cancellation));
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NeedNoDisk));
        foreach (var answer in answers)
            batch.BatchCommands.Add(ToCommand(answer));
        AddStore(
            batch,
            [
                .. answers
                    .Where(answer => answer.StoredAs is not null)
                    .Select(answer => new NewOcspResponse(
                        answer.StoredAs!.Value,
                        answer.Response,
                        answer.ThisUpdate!.Value,
                        answer.NextUpdate!.Value,
                        answer.Certificates[0].RevokedXid,
                        answer.ResponderKeySha256
                    )),
            ],
            isAsked: true
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await Notifications.OcspAnsweredAsync(connection, questions.Select(question => question.Id));
        return questions.Count;
    }

    /// <summary>Signs stored answers again that end soon and were asked for lately: one step of a pass that looks at each once.</summary>
    /// <param name="responders">Whose answers this Signer can sign.</param>
    /// <param name="before">How long before their nextUpdate.</param>
    /// <param name="asked">How long ago at most they were asked for.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">Where the step before ended; null for the first.</param>
    /// <param name="signAsync">Answers for those of them that still can be given.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<OcspPassStep> SignAheadAsync(
        IReadOnlyCollection<ResponderEnd> responders,
        TimeSpan before,
        TimeSpan asked,
        int limit,
        OcspPassMark? after,
        Func<IReadOnlyList<OcspResponseKey>, FindStatuses, Task<IReadOnlyList<NewOcspResponse>>> signAsync,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var due = await FindDueAsync(connection, responders, before, asked, limit, after, cancellation);
        if (due.Count == 0)
            return default;

        var signed = await signAsync(
            [.. due.Select(mark => mark.Key)],
            names => CertificateStatuses.FindAsync(connection, names, cancellation)
        );
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NeedNoDisk));
        AddStore(batch, signed, isAsked: false);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        var stored = signed.Count == 0 ? 0 : batch.BatchCommands[^1].RecordsAffected;
        return new OcspPassStep(due.Count, stored, due.Count < limit ? null : due[^1]);
    }

    /// <summary>Removes what was signed with a key that somebody else may have: whoever can sign with it can pass off any answer as ours.</summary>
    /// <param name="keySha256">Over the DER of the SubjectPublicKeyInfo.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task ForgetAsync(string authority, byte[] keySha256, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Forget);
        command.Parameters.AddValue(authority);
        command.Parameters.AddValue(keySha256);
        while (await command.ExecuteNonQueryAsync(cancellation) > 0)
            cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Removes what nobody waits for any more, and answers whose time is over.</summary>
    /// <param name="patience">How long anybody waits for an answer at most.</param>
    public async Task SweepAsync(TimeSpan patience, CancellationToken cancellation = default)
    {
        foreach (var sql in (string[])[SweepQuestions, SweepAnswers])
        {
            await using var command = dataSource.CreateCommand(sql);
            command.Parameters.AddValue(patience);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await using var old = dataSource.CreateCommand(SweepResponses);
        await old.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<IReadOnlyList<OcspQuestion>> ClaimAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> authorities,
        int limit,
        CancellationToken cancellation
    )
    {
        await using var claim = new NpgsqlCommand(Claim, connection);
        claim.Parameters.AddValue(authorities.ToArray());
        claim.Parameters.AddValue(limit);
        var questions = new List<OcspQuestion>();
        await using var row = await claim.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            questions.Add(
                new OcspQuestion(row.GetGuid(0), Enum.Parse<Lane>(row.GetString(1)), row.GetString(2), row.GetFieldValue<byte[]>(3))
            );
        return questions;
    }

    private static async Task<IReadOnlyList<OcspPassMark>> FindDueAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<ResponderEnd> responders,
        TimeSpan before,
        TimeSpan asked,
        int limit,
        OcspPassMark? after,
        CancellationToken cancellation
    )
    {
        await using var find = new NpgsqlCommand(Due, connection);
        find.Parameters.AddColumn([.. responders], responder => responder.Authority);
        find.Parameters.AddValue(before);
        find.Parameters.AddValue(asked);
        find.Parameters.AddValue(limit);
        find.Parameters.AddColumn([.. responders], responder => responder.EndsAt.UtcDateTime);
        find.Parameters.AddValue((after?.NextUpdate ?? DateTimeOffset.UnixEpoch).UtcDateTime);
        find.Parameters.AddValue(after?.Key.Authority ?? "");
        find.Parameters.AddValue(after?.Key.SerialNumber ?? []);
        find.Parameters.AddValue(after?.Key.Hash ?? "");
        var due = new List<OcspPassMark>();
        await using var row = await find.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            due.Add(
                new OcspPassMark(
                    new DateTimeOffset(row.GetDateTime(3)),
                    new OcspResponseKey(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetString(2))
                )
            );
        return due;
    }

    private static NpgsqlBatchCommand ToCommand(NewOcspAnswer answer)
    {
        var command = new NpgsqlBatchCommand(Answer);
        command.Parameters.AddValue(answer.Question.Id);
        command.Parameters.AddValue(answer.Question.Authority);
        command.Parameters.AddValue(answer.Response);
        command.Parameters.AddColumn(answer.Certificates, certificate => certificate.SerialNumber);
        command.Parameters.AddColumn(answer.Certificates, certificate => certificate.RevokedXid);
        // Of one row each: a column is what takes null.
        command.Parameters.AddColumn([answer], only => only.ThisUpdate?.ToUniversalTime());
        command.Parameters.AddColumn([answer], only => only.NextUpdate?.ToUniversalTime());
        command.Parameters.AddValue(answer.StoredAs is not null);
        return command;
    }

    private static void AddStore(NpgsqlBatch batch, IReadOnlyList<NewOcspResponse> responses, bool isAsked)
    {
        if (responses.Count == 0)
            return;

        var command = new NpgsqlBatchCommand(Store);
        command.Parameters.AddColumn(responses, response => response.Key.Authority);
        command.Parameters.AddColumn(responses, response => response.Key.SerialNumber);
        command.Parameters.AddColumn(responses, response => response.Key.Hash);
        command.Parameters.AddColumn(responses, response => response.Response);
        command.Parameters.AddColumn(responses, response => response.ThisUpdate.UtcDateTime);
        command.Parameters.AddColumn(responses, response => response.NextUpdate.UtcDateTime);
        command.Parameters.AddColumn(responses, response => response.RevokedXid);
        command.Parameters.AddValue(isAsked);
        command.Parameters.AddColumn(responses, response => response.ResponderKeySha256);
        batch.BatchCommands.Add(command);
    }
}
