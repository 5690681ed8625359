using Npgsql;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Revocations;

/// <summary>
/// What the key room does with a recall: settles its state, and lets it take effect piece by piece, each in a transaction of its own, under the lock
/// that single requests are decided under too. A Signer that dies in the middle leaves the rest for the next. As role sa_signer. Thread-safe.
/// </summary>
public sealed class RecallsAtTheKey(NpgsqlDataSource dataSource)
{
    private const int SecondsForMillions = 600;

    private const string WhereOpen = "where r.lane = any($1) and r.state in ('AwaitingApproval', 'Approved') order by r.requested_at";

    private const string SelectMembers = """
        select m.authority, m.serial_number from sa.recall_member m
        where m.recall_id = $1 and (m.authority, m.serial_number) > (
            coalesce((select done_authority from sa.recall where id = $1), ''), coalesce((select done_serial from sa.recall where id = $1), ''))
        order by m.authority, m.serial_number limit $2
        """;

    // What officers signed is issuer and serial number, and by these it is found.
    private static readonly string SelectPiece = $"""
        select {RevocableCertificates.Light} from unnest($1::text[], $2::bytea[]) as m(authority, serial_number)
            join {RevocableCertificates.From} on c.request_id = sa.request_of_serial(m.authority, m.serial_number) and c.authority = m.authority
        order by c.authority collate "C", c.serial_number
        """;

    private const string Advance = "update sa.recall set done_authority = $2, done_serial = $3 where id = $1";

    // By the index of intents, whose collation is the database's.
    private const string CountUnknown = """
        select count(*) from sa.recall_member m where m.recall_id = $1 and not exists (
            select from sa.intent i join sa.certificate c using (request_id, authority)
            where i.authority = m.authority collate "default" and i.serial_number = m.serial_number)
        """;

    // Another Signer may have been faster; the state's own guard lets nothing go backwards.
    private const string Settle = """
        update sa.recall set state = $2, violations = $3::jsonb, settled_at = case when $2 <> 'Approved' then now() end where id = $1 and state = $4
        """;

    /// <summary>Those that wait for officers or are at work, of these lanes.</summary>
    public async Task<IReadOnlyList<Recall>> FindOpenAsync(IReadOnlyCollection<Lane> lanes, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(RecallRows.Select + WhereOpen, connection);
        command.Parameters.AddValue(lanes.Select(lane => lane.ToString()).ToArray());
        return await RecallRows.ReadAsync(connection, command, cancellation);
    }

    /// <returns>False when the recall was not in the state any more that <paramref name="recall"/> says.</returns>
    public async Task<bool> SettleAsync(
        Recall recall,
        RecallState state,
        IReadOnlyList<Violation> violations,
        LogEntry entry,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var settle = new NpgsqlCommand(Settle, connection))
        {
            settle.Parameters.AddValue(recall.Id);
            settle.Parameters.AddValue(state.ToString());
            settle.Parameters.AddValue(SigningRequestRows.WriteViolations(violations));
            settle.Parameters.AddValue(recall.State.ToString());
            if (await settle.ExecuteNonQueryAsync(cancellation) == 0)
                return false;
        }

        await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>How many of a recall's members were never issued.</summary>
    public async Task<long> CountUnknownAsync(Guid recall, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(CountUnknown);
        command.CommandTimeout = SecondsForMillions;
        command.Parameters.AddValue(recall);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Lets the next piece of an approved recall take effect, and says so in its row.</summary>
    /// <param name="recall">An approved one.</param>
    /// <param name="limit">Members in the piece.</param>
    /// <param name="entry">Of one that is changed, since when.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>False when none was left.</returns>
    public async Task<bool> ApplyAsync(
        Recall recall,
        int limit,
        Func<RevocableCertificate, DateTimeOffset, LogEntry> entry,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        List<RevocableCertificate> changing;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await using (var locking = new NpgsqlCommand(RevocationsAtTheKey.Lock, connection))
                await locking.ExecuteNonQueryAsync(cancellation);
            var members = await ReadMembersAsync(connection, recall.Id, limit, cancellation);
            if (members.Count == 0)
                return false;

            changing = (await ReadPieceAsync(connection, members, cancellation)).FindAll(certificate => IsChanged(recall, certificate));
            if (changing.Count > 0)
            {
                var since = await RevokeCertificates.RunAsync(
                    connection,
                    changing,
                    recall.Subject.Reason,
                    "Recall",
                    recall.Id,
                    cancellation
                );
                await AppendLogEntries.AddAsync(
                    connection,
                    [
                        .. changing.Select(certificate =>
                            entry(certificate, since[(certificate.Facts.Authority, certificate.Facts.SerialNumber)])
                        ),
                    ],
                    cancellation
                );
            }

            await using (var advance = new NpgsqlCommand(Advance, connection))
            {
                advance.Parameters.AddValue(recall.Id);
                advance.Parameters.AddValue(members[^1].Authority);
                advance.Parameters.AddValue(members[^1].SerialNumber.ToBytes());
                await advance.ExecuteNonQueryAsync(cancellation);
            }

            await transaction.CommitAsync(cancellation);
        }

        await Notifications.RevokedAsync(connection, changing.Select(certificate => certificate.Facts.Authority));
        return true;
    }

    private static bool IsChanged(Recall recall, RevocableCertificate certificate) =>
        // Holds are for devices: the rule of single requests is a recall's too.
        (recall.Subject.Action == RevocationAction.Revoke || certificate.Facts.IsDevice)
        && RevocationPolicy.IsPossible(recall.Subject.Action, certificate.Facts.Current)
        && !RevocationPolicy.IsUnchanged(recall.Subject.Action, recall.Subject.Reason, certificate.Facts.Current);

    private static async Task<List<RecallMember>> ReadMembersAsync(
        NpgsqlConnection connection,
        Guid recall,
        int limit,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(SelectMembers, connection);
        command.Parameters.AddValue(recall);
        command.Parameters.AddValue(limit);
        var members = new List<RecallMember>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            members.Add(
                new RecallMember(row.GetString(0), Issuance.Certificates.CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(1)))
            );
        return members;
    }

    private static async Task<List<RevocableCertificate>> ReadPieceAsync(
        NpgsqlConnection connection,
        IReadOnlyList<RecallMember> members,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(SelectPiece, connection);
        command.Parameters.AddColumn(members, member => member.Authority);
        command.Parameters.AddColumn(members, member => member.SerialNumber.ToBytes());
        return await RevocableCertificates.ReadAsync(command, cancellation);
    }

    /// <summary>How many of a recall's certificates are as it made them.</summary>
    public async Task<int> CountChangedAsync(Guid recall, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand("select count(*) from sa.revoked where recall_id = $1");
        command.CommandTimeout = SecondsForMillions;
        command.Parameters.AddValue(recall);
        return (int)(long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
