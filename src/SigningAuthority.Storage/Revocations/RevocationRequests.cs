using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Revocations;

/// <summary>What somebody asks for.</summary>
/// <param name="AskerId">Of the provider, the station's enrolment or the officer's registration.</param>
/// <param name="Actor">As the log names the asker.</param>
/// <param name="StatedAt">Of an officer's statement.</param>
/// <param name="Signature">Of an officer's or the key's statement.</param>
public sealed record NewRevocation(
    RevocableCertificate Certificate,
    RevocationAction Action,
    RevocationReason Reason,
    string? Note,
    RevocationAsker Asker,
    Guid? AskerId,
    string Actor,
    DateTimeOffset? StatedAt = null,
    byte[]? Signature = null
)
{
    public RevocationAsk ToAsk(DateTimeOffset now) => new(Asker, AskerId, Action, Reason, Note, now, StatedAt, Signature);
}

public enum RevocationOutcome
{
    /// <summary>It took effect.</summary>
    Effective,

    /// <summary>It was so already.</summary>
    Unchanged,

    Refused,
}

/// <summary>A request for revocation, and what the key room decided; null as long as it has not.</summary>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it.</param>
public sealed record RecordedRevocation(
    Guid Id,
    SigningRequestId RequestId,
    string Authority,
    CertificateSerialNumber SerialNumber,
    string? Subject,
    RevocationAction Action,
    string Reason,
    string? Note,
    RevocationAsker Asker,
    string RequestedBy,
    DateTimeOffset At,
    Guid? Replacement,
    RevocationOutcome? Outcome,
    IReadOnlyList<Violation> Violations
);

/// <summary>
/// Requests to revoke, hold and release certificates: evidence, kept for ever, and a queue for the key room, which decides each anew. Nothing
/// here makes anything effective. Thread-safe.
/// </summary>
public sealed class RevocationRequests(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    // A revocation that this asker asked for before, for the same reason, is not asked for again: it is pending or effective. What was refused may
    // be. Another's word stands for nobody: it may be refused.
    private const string Insert = """
        insert into sa.revocation_request (id, request_id, authority, action, reason, note, requested_by, asker, asker_id, stated_at, signature)
        select n.id, n.request_id, n.authority, n.action, n.reason, n.note, n.actor, n.asker, n.asker_id, n.stated_at, n.signature
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::timestamptz[],
            $11::bytea[]) as n(id, request_id, authority, action, reason, note, actor, asker, asker_id, stated_at, signature)
        where n.action <> 'Revoke' or not exists (
            select from sa.revocation_request v where v.request_id = n.request_id and v.authority = n.authority and v.reason = n.reason
                and v.asker = n.asker and v.asker_id is not distinct from n.asker_id and v.signature is not distinct from n.signature
                and not exists (select from sa.revocation_outcome o where o.revocation_id = v.id and o.outcome = 'Refused'))
        returning id
        """;

    // Whoever asks for the same at the same moment asks once. In the order of what is locked, so that two never wait for each other.
    private const string LockCertificates = """
        select pg_advisory_xact_lock(x'73617276'::integer, l.hash)
        from (select distinct hashtext(r::text || a) as hash from unnest($1::uuid[], $2::text[]) as n(r, a) order by 1) l
        """;

    private const string Columns = """
        v.id, v.request_id, v.authority, c.serial_number, coalesce(s.fqdn, s.mac), v.action, v.reason, v.note, v.asker, v.requested_by, v.requested_at,
        v.replacement, o.outcome, o.violations
        """;

    private const string From = """
        sa.revocation_request v join sa.certificate c using (request_id, authority) join sa.signing_request s on s.id = v.request_id
            left join sa.revocation_outcome o on o.revocation_id = v.id
        """;

    private const string SelectNewest = $"select {Columns} from {From} order by v.requested_at desc limit $1";

    private const string SelectOfRequests = $"select {Columns} from {From} where v.request_id = any($1) order by v.requested_at, v.id";

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Writes down what is asked for, with its entries, and wakes the key room. As role sa_api or sa_operator.</summary>
    /// <param name="asked">At least one.</param>
    /// <param name="cancellation">Abandoning is safe: it can be said again.</param>
    /// <returns>Ids of those that were not asked for before.</returns>
    /// <exception cref="PostgresException">A unique violation where an officer's statement was used before.</exception>
    public async Task<IReadOnlyList<Guid>> AddAsync(IReadOnlyList<NewRevocation> asked, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var rows = asked.Select(revocation => (Id: Guid.CreateVersion7(now), Revocation: revocation)).ToList();
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            var added = await InsertAsync(connection, rows, cancellation);
            rows.RemoveAll(row => !added.Contains(row.Id));
            await AppendLogEntries.AddAsync(connection, [.. rows.Select(row => ToEntry(row.Revocation, now))], cancellation);
            await transaction.CommitAsync(cancellation);
        }

        if (rows.Count > 0)
            await Notifications.RevocationRequestedAsync(connection);
        return [.. rows.Select(row => row.Id)];
    }

    /// <summary>The newest, for operators.</summary>
    public async Task<IReadOnlyList<RecordedRevocation>> ListAsync(int limit, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectNewest);
        command.Parameters.AddValue(limit);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>All that was asked for about certificates of these requests, the oldest first.</summary>
    public async Task<IReadOnlyList<RecordedRevocation>> FindAsync(
        IReadOnlyCollection<SigningRequestId> requests,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectOfRequests);
        command.Parameters.AddValue(requests.Select(id => id.Value).ToArray());
        return await ReadAsync(command, cancellation);
    }

    private static async Task<HashSet<Guid>> InsertAsync(
        NpgsqlConnection connection,
        IReadOnlyList<(Guid Id, NewRevocation Revocation)> rows,
        CancellationToken cancellation
    )
    {
        // An operator waits for nobody at the door; saying it twice does no harm there.
        if (rows.Any(row => row.Revocation.Asker != RevocationAsker.Operator))
            await LockAsync(connection, rows, cancellation);

        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.AddColumn(rows, row => row.Id);
        command.Parameters.AddColumn(rows, row => row.Revocation.Certificate.RequestId.Value);
        command.Parameters.AddColumn(rows, row => row.Revocation.Certificate.Facts.Authority);
        command.Parameters.AddColumn(rows, row => row.Revocation.Action.ToString());
        command.Parameters.AddColumn(rows, row => row.Revocation.Reason.Name());
        command.Parameters.AddColumn(rows, row => row.Revocation.Note);
        command.Parameters.AddColumn(rows, row => row.Revocation.Actor);
        command.Parameters.AddColumn(rows, row => row.Revocation.Asker.ToString());
        command.Parameters.AddColumn(rows, row => row.Revocation.AskerId);
        command.Parameters.AddColumn(rows, row => WholeSeconds(row.Revocation.StatedAt));
        command.Parameters.AddColumn(rows, row => row.Revocation.Signature);
        var added = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            added.Add(reader.GetGuid(0));
        return added;
    }

    private static async Task LockAsync(
        NpgsqlConnection connection,
        IReadOnlyList<(Guid Id, NewRevocation Revocation)> rows,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(LockCertificates, connection);
        command.Parameters.AddColumn(rows, row => row.Revocation.Certificate.RequestId.Value);
        command.Parameters.AddColumn(rows, row => row.Revocation.Certificate.Facts.Authority);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static DateTimeOffset? WholeSeconds(DateTimeOffset? time) =>
        time is { } at ? new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero) : null;

    private static async Task<IReadOnlyList<RecordedRevocation>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new List<RecordedRevocation>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new RecordedRevocation(
                    row.GetGuid(0),
                    new SigningRequestId(row.GetGuid(1)),
                    row.GetString(2),
                    CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(3)),
                    row.IsDBNull(4) ? null : row.GetString(4),
                    Enum.Parse<RevocationAction>(row.GetString(5)),
                    row.GetString(6),
                    row.IsDBNull(7) ? null : row.GetString(7),
                    Enum.Parse<RevocationAsker>(row.GetString(8)),
                    row.GetString(9),
                    row.GetFieldValue<DateTimeOffset>(10),
                    row.GetFieldValue<Guid?>(11),
                    row.IsDBNull(12) ? null : Enum.Parse<RevocationOutcome>(row.GetString(12)),
                    row.IsDBNull(13) ? [] : SigningRequestRows.ReadViolations(row.GetString(13))
                )
            );
        return found;
    }

    private static RevocationRequested ToEntry(NewRevocation asked, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = asked.Actor,
            Subject = asked.Certificate.Subject,
            RequestId = asked.Certificate.RequestId.Value,
            Mac = asked.Certificate.Mac,
            Serial = asked.Certificate.Serial,
            Fingerprint = Convert.ToHexStringLower(asked.Certificate.Sha256),
            Authority = asked.Certificate.Facts.Authority,
            SerialNumber = asked.Certificate.Facts.SerialNumber.Hex,
            Reason = asked.Reason.Name(),
            Note = asked.Note,
            Action = asked.Action == RevocationAction.Revoke ? null : asked.Action.Name(),
        };
}
