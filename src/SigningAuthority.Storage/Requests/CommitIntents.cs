using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Requests;

/// <summary>A drawn serial number belongs to another certificate of the same authority already; with 126 random bits, a defect of the source.</summary>
public sealed class SerialNumberTakenException(PostgresException cause) : Exception("An authority has used this serial number.", cause);

/// <summary>Writes down what is going to be signed, before it is.</summary>
internal static class CommitIntents
{
    private const string InsertIntents = """
        insert into sa.intent (request_id, authority, serial_number, to_be_signed, profile, not_before, not_after, policy_hash, crl_shard)
        select * from unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::int[])
        """;

    private const string Refuse = """
        update sa.signing_request r set state = 'Refused', leased_by = null, finished_at = now(), violations = refused.violations::jsonb
        from unnest($1::uuid[], $2::text[]) as refused(id, violations) where r.id = refused.id
        """;

    internal static async Task RunAsync(
        NpgsqlDataSource dataSource,
        Guid instance,
        IReadOnlyList<NewIntent> intents,
        IReadOnlyList<RefusedRequest> refused,
        IReadOnlyList<LogEntry> entries,
        CancellationToken cancellation
    )
    {
        RequireEvidence(intents, refused, entries);
        SigningRequestId[] requests = [.. intents.Select(i => i.RequestId).Concat(refused.Select(r => r.RequestId)).Distinct()];
        if (requests.Length == 0)
            return;

        // A transaction in two round trips. What is thrown between them leaves it open, and the connection's return to the pool ends it.
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        var lastDrawn = await LockAsync(connection, instance, requests, entries, cancellation);
        try
        {
            await using var batch = Write(connection, intents, refused, IssuerSequences.Number(entries, lastDrawn));
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e.ConstraintName == "intent_serial_number")
        {
            throw new SerialNumberTakenException(e);
        }
        catch (PostgresException e) when (e.ConstraintName == "intent_pkey")
        {
            // An earlier claim of this very instance, forgotten by a crash of Postgres, got there first.
            throw new LeaseLostException(requests);
        }

        await Notifications.FinishedAsync(connection, refused.Select(r => r.RequestId));
    }

    /// <returns>The last number that was drawn for each authority; the numbers are locked before the transaction has an id.</returns>
    /// <exception cref="LeaseLostException">Some of the requests are not held.</exception>
    private static async Task<Dictionary<string, long>> LockAsync(
        NpgsqlConnection connection,
        Guid instance,
        SigningRequestId[] requests,
        IReadOnlyList<LogEntry> entries,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(IssuerSequences.Draw(entries.OfType<CertificateIntended>()));
        batch.BatchCommands.Add(HeldRequests.Command(instance, [.. requests.Select(id => id.Value)]));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var lastDrawn = await IssuerSequences.ReadAsync(reader, cancellation);
        await reader.NextResultAsync(cancellation);
        var held = await HeldRequests.ReadAsync(reader, cancellation);
        return held.Count == requests.Length ? lastDrawn : throw new LeaseLostException([.. requests.Where(id => !held.Contains(id))]);
    }

    private static NpgsqlBatch Write(
        NpgsqlConnection connection,
        IReadOnlyList<NewIntent> intents,
        IReadOnlyList<RefusedRequest> refused,
        IReadOnlyList<LogEntry> entries
    )
    {
        var batch = new NpgsqlBatch(connection);
        if (intents.Count > 0)
        {
            var command = new NpgsqlBatchCommand(InsertIntents);
            command.Parameters.AddColumn(intents, i => i.RequestId.Value);
            command.Parameters.AddColumn(intents, i => i.Authority);
            command.Parameters.AddColumn(intents, i => i.SerialNumber.ToBytes());
            command.Parameters.AddColumn(intents, i => i.ToBeSigned);
            command.Parameters.AddColumn(intents, i => i.Profile);
            command.Parameters.AddColumn(intents, i => i.NotBefore.UtcDateTime);
            command.Parameters.AddColumn(intents, i => i.NotAfter.UtcDateTime);
            command.Parameters.AddColumn(intents, i => i.PolicyHash);
            command.Parameters.AddColumn(intents, i => i.CrlShard);
            batch.BatchCommands.Add(command);
        }

        if (refused.Count > 0)
        {
            var command = new NpgsqlBatchCommand(Refuse);
            command.Parameters.AddColumn(refused, r => r.RequestId.Value);
            command.Parameters.AddColumn(refused, r => SigningRequestRows.WriteViolations(r.Violations));
            batch.BatchCommands.Add(command);
        }

        AppendLogEntries.AddTo(batch, entries);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        return batch;
    }

    // Promise 2: no act without its entry. A caller that forgets one has a bug, and finds out here.
    private static void RequireEvidence(
        IReadOnlyList<NewIntent> intents,
        IReadOnlyList<RefusedRequest> refused,
        IReadOnlyList<LogEntry> entries
    )
    {
        var intended = entries.OfType<CertificateIntended>().Select(e => (e.RequestId, e.Authority, e.SerialNumber)).ToHashSet();
        var refusals = entries.OfType<RequestRefused>().Select(e => e.RequestId).ToHashSet();
        if (
            !intended.SetEquals(intents.Select(i => ((Guid?)i.RequestId.Value, i.Authority, i.SerialNumber.Hex)))
            || !refusals.SetEquals(refused.Select(r => (Guid?)r.RequestId.Value))
        )
        {
            throw new ArgumentException(
                "Each intent and each refusal comes with its own entry, and no entry without one.",
                nameof(entries)
            );
        }
    }
}
