using System.Runtime.CompilerServices;
using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Revocations;

/// <summary>Recalls: an operator asks, officers sign. What comes of it is <see cref="RecallsAtTheKey"/>'s. Thread-safe.</summary>
public sealed class Recalls(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string InsertRecall = """
        insert into sa.recall (id, lane, action, reason, note, selection, members, members_sha256, requested_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private const string InsertMembers = """
        insert into sa.recall_member (recall_id, authority, serial_number, request_id)
        select $1, n.authority, n.serial_number, n.request_id from unnest($2::text[], $3::bytea[], $4::uuid[]) as n(authority, serial_number, request_id)
        """;

    private const string InsertApproval = """
        insert into sa.recall_approval (recall_id, officer_id, decision, reason, decided_at, signature) values ($1, $2, $3, $4, $5, $6)
        """;

    private const string SelectMembers = """
        select authority, serial_number from sa.recall_member where recall_id = $1 order by authority, serial_number
        """;

    private const int MembersInOne = 10_000;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Writes a recall down, with its entry. As role sa_operator.</summary>
    /// <param name="members">In the order of <see cref="RecallDigest"/>, each with the request that it was issued for.</param>
    /// <param name="lane">Of all their authorities.</param>
    /// <param name="action">The same for all.</param>
    /// <param name="reason">The same for all.</param>
    /// <param name="note">The operator's words, or null.</param>
    /// <param name="selection">How they were chosen.</param>
    /// <param name="actor">As the log names the operator.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<RecallSubject> AddAsync(
        IReadOnlyList<(RecallMember Member, SigningRequestId Request)> members,
        Lane lane,
        RevocationAction action,
        RevocationReason reason,
        string? note,
        string selection,
        string actor,
        CancellationToken cancellation = default
    )
    {
        var now = _time.GetUtcNow();
        using var digest = new RecallDigest();
        foreach (var (member, _) in members)
            digest.Add(member.Authority, member.SerialNumber);
        var sha256 = digest.Finish();
        var subject = new RecallSubject(Guid.CreateVersion7(now), action, reason, members.Count, Convert.ToHexStringLower(sha256), actor);
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var insert = new NpgsqlCommand(InsertRecall, connection))
        {
            insert.Parameters.AddValue(subject.Recall);
            insert.Parameters.AddValue(lane.ToString());
            insert.Parameters.AddValue(action.ToString());
            insert.Parameters.AddValue(reason.Name());
            insert.Parameters.AddValue(note);
            insert.Parameters.AddValue(selection);
            insert.Parameters.AddValue(members.Count);
            insert.Parameters.AddValue(sha256);
            insert.Parameters.AddValue(actor);
            await insert.ExecuteNonQueryAsync(cancellation);
        }

        foreach (var chunk in members.Chunk(MembersInOne))
        {
            await using var insert = new NpgsqlCommand(InsertMembers, connection);
            insert.Parameters.AddValue(subject.Recall);
            insert.Parameters.AddColumn(chunk, member => member.Member.Authority);
            insert.Parameters.AddColumn(chunk, member => member.Member.SerialNumber.ToBytes());
            insert.Parameters.AddColumn(chunk, member => member.Request.Value);
            await insert.ExecuteNonQueryAsync(cancellation);
        }

        await AppendLogEntries.AddAsync(connection, [ToEntry(subject, selection, note, actor, now)], cancellation);
        await transaction.CommitAsync(cancellation);
        return subject;
    }

    public async Task<Recall?> FindAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(RecallRows.Select + "where r.id = $1", connection);
        command.Parameters.AddValue(id);
        return (await RecallRows.ReadAsync(connection, command, cancellation)).SingleOrDefault();
    }

    /// <summary>The newest.</summary>
    public async Task<IReadOnlyList<Recall>> ListAsync(int limit, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(RecallRows.Select + "order by r.requested_at desc limit $1", connection);
        command.Parameters.AddValue(limit);
        return await RecallRows.ReadAsync(connection, command, cancellation);
    }

    /// <summary>In the order of <see cref="RecallDigest"/>; in constant memory.</summary>
    public async IAsyncEnumerable<RecallMember> ReadMembersAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectMembers);
        command.Parameters.AddValue(id);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            yield return new RecallMember(row.GetString(0), CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(1)));
    }

    /// <summary>Records an officer's decision with its entry, and wakes the key room. As role sa_api.</summary>
    /// <returns>False when the officer has decided on this recall before.</returns>
    public async Task<bool> DecideAsync(Guid id, RecallDecision decision, LogEntry entry, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await using (var insert = new NpgsqlCommand(InsertApproval, connection))
            {
                insert.Parameters.AddValue(id);
                insert.Parameters.AddValue(decision.OfficerId);
                insert.Parameters.AddValue(decision.Verdict.ToString());
                insert.Parameters.AddValue(decision.Words);
                insert.Parameters.AddValue(decision.At.UtcDateTime);
                insert.Parameters.AddValue(decision.Signature.ToArray());
                await insert.ExecuteNonQueryAsync(cancellation);
            }

            await AppendLogEntries.AddAsync(connection, [entry], cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }

        await Notifications.RevocationRequestedAsync(connection);
        return true;
    }

    private static RecallRequested ToEntry(RecallSubject subject, string selection, string? note, string actor, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = subject.Recall.ToString("D"),
            RecallId = subject.Recall,
            Action = subject.Action.Name(),
            Reason = subject.Reason.Name(),
            Members = subject.Members,
            MembersSha256 = subject.MembersSha256,
            Selection = selection,
            Note = note,
        };
}
