using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Revocations;

/// <summary>A request for revocation as the key room finds it: every fact beside it is the database's own, none the door's.</summary>
/// <param name="IsFree">Not limited: asked for before there were decisions, or the unit is being reissued, as often as its order allows.</param>
/// <param name="IsReadable">False where a value of the row is none that this program knows: it can only be refused.</param>
public sealed record PendingRevocation(
    Guid Id,
    RevocableCertificate Certificate,
    RevocationAsk Ask,
    RevocationAskerFacts Asker,
    Guid? Replacement,
    bool IsFree,
    bool IsReadable
);

/// <param name="Outcome">Unchanged speaks of the certificate that was named; others of its key may change nevertheless.</param>
/// <param name="Entry">Of the decision, for a certificate that changes or is refused, and since when.</param>
public sealed record RevocationRuling(
    RevocationOutcome Outcome,
    IReadOnlyList<Violation> Violations,
    Func<RevocableCertificate, DateTimeOffset, LogEntry> Entry
);

/// <summary>
/// Decides pending requests, one after another under one lock for all Signers, so that counts are exact: each with its effect, its outcome and its
/// entry in one transaction. A Signer that dies in the middle leaves them pending. As role sa_signer. Thread-safe.
/// </summary>
public sealed class RevocationsAtTheKey(NpgsqlDataSource dataSource)
{
    // A row that the front door can't lock, which an advisory lock would be.
    internal const string Lock = "select from sa.revocation_turn for update";

    private const string Select = $"""
        select {PendingRevocationRows.Columns}
        from sa.revocation_pending q join sa.revocation_request v on v.id = q.revocation_id
            join {RevocableCertificates.From} on c.request_id = v.request_id and c.authority = v.authority
            left join sa.provider p on v.asker = 'Provider' and p.id = v.asker_id
            left join sa.station t on v.asker = 'Station' and t.id = v.asker_id and t.revoked_at is null
            left join sa.officer f on v.asker = 'Officer' and f.id = v.asker_id and f.revoked_at is null
        where q.authority = any($1) order by q.by_door, q.asked_at, q.revocation_id limit $2
        """;

    // By when it took effect. What has another certificate in its place by now is not counted: that was issued under rules of its own.
    private const string Taken = """
        select count(distinct (v.request_id, v.authority)) from sa.revocation_outcome o join sa.revocation_request v on v.id = o.revocation_id
        where o.outcome = 'Effective' and o.decided_at > now() - $3::interval and not v.is_backlog
            and (v.request_id, v.authority) <> ($4, $5)
            and not exists (select from sa.revocation_request n
                where n.request_id = v.request_id and n.authority = v.authority and n.asker = 'Succession')
        """;

    // A statement of its own for each, so that it sees the decisions before it.
    private const string SelectCounts = $"""
        select case when $1 in ('Possession', 'Succession') then 0 else ({Taken} and v.asker = $1 and v.asker_id is not distinct from $2) end,
            case when $1 in ('Provider', 'Station') then ({Taken} and v.asker in ('Provider', 'Station')) else 0 end,
            r.reason, r.asker,
            (select count(*) from sa.revocation_request v join sa.revocation_outcome o on o.revocation_id = v.id
                where v.request_id = $4 and v.authority = $5 and o.outcome = 'Effective' and o.decided_at > now() - $3::interval)
        from (select) one left join sa.revoked r on r.request_id = $4 and r.authority = $5
        """;

    private const string InsertOutcome =
        "insert into sa.revocation_outcome (revocation_id, outcome, violations) values ($1, $2, $3::jsonb)";

    /// <param name="authorities">Ids of those whose requests are this Signer's to decide.</param>
    /// <param name="window">That counts look back for.</param>
    /// <param name="limit">Most in this call.</param>
    /// <param name="rule">Policy, with the counts as they stand. Must be quick.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>How many were decided; fewer than the limit when none are left.</returns>
    public async Task<int> DecideAsync(
        IReadOnlyCollection<string> authorities,
        TimeSpan window,
        int limit,
        Func<PendingRevocation, RevocationRuling> rule,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        if (!await IsAnyPendingAsync(connection, authorities, cancellation))
            return 0;

        IReadOnlyList<PendingRevocation> pending;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await using (var locking = new NpgsqlCommand(Lock, connection))
                await locking.ExecuteNonQueryAsync(cancellation);
            pending = await ReadAsync(connection, authorities, limit, cancellation);
            foreach (var found in pending)
            {
                var counted = await CountAsync(connection, found, window, cancellation);
                await WriteAsync(connection, counted, rule(counted), cancellation);
            }

            await transaction.CommitAsync(cancellation);
        }

        await Notifications.RevokedAsync(connection, pending.Select(found => found.Certificate.Facts.Authority));
        return pending.Count;
    }

    // Before anything is locked: most looks find nothing.
    private static async Task<bool> IsAnyPendingAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> authorities,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from sa.revocation_pending where authority = any($1))",
            connection
        );
        command.Parameters.AddValue(authorities.ToArray());
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<IReadOnlyList<PendingRevocation>> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> authorities,
        int limit,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Select, connection);
        command.Parameters.AddValue(authorities.ToArray());
        command.Parameters.AddValue(limit);
        var pending = new List<PendingRevocation>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            pending.Add(PendingRevocationRows.Read(row));
        return pending;
    }

    private static async Task<PendingRevocation> CountAsync(
        NpgsqlConnection connection,
        PendingRevocation found,
        TimeSpan window,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(SelectCounts, connection);
        command.Parameters.AddValue(found.Ask.Asker.ToString());
        command.Parameters.AddValue(found.Ask.AskerId);
        // Of one that is not limited nothing is counted.
        command.Parameters.AddValue(found.IsFree ? TimeSpan.Zero : window);
        command.Parameters.AddValue(found.Certificate.RequestId.Value);
        command.Parameters.AddValue(found.Certificate.Facts.Authority);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var facts = found.Certificate.Facts with
        {
            Current = (Issuance.Certificates.RevocationReason?)row.GetFieldValue<short?>(2),
            ChangedBy = Enum.TryParse<RevocationAsker>(Text(row, 3), out var asker) ? asker : null,
        };
        return found with
        {
            Certificate = found.Certificate with { Facts = facts },
            Asker = found.IsFree
                ? found.Asker
                : found.Asker with
                {
                    ChangedBefore = (int)row.GetInt64(4),
                    TakenAlone = (int)row.GetInt64(0),
                    TakenUnsigned = (int)row.GetInt64(1),
                },
        };
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection,
        PendingRevocation found,
        RevocationRuling ruling,
        CancellationToken cancellation
    )
    {
        var (result, entries) = (ruling.Outcome, new List<LogEntry>());
        if (result == RevocationOutcome.Refused)
            entries.Add(ruling.Entry(found.Certificate, DateTimeOffset.MinValue));
        else
        {
            List<RevocableCertificate> changing = [.. await FindAlongAsync(connection, found, cancellation)];
            // A recall may have revoked the one that is named, and left the next generation's good.
            if (result == RevocationOutcome.Effective)
                changing.Insert(0, found.Certificate);
            if (changing.Count > 0)
            {
                result = RevocationOutcome.Effective;
                var asker = found.Ask.Asker.ToString();
                var since = await RevokeCertificates.RunAsync(connection, changing, found.Ask.Reason, asker, null, cancellation);
                entries.AddRange(
                    changing.Select(certificate =>
                        ruling.Entry(certificate, since[(certificate.Facts.Authority, certificate.Facts.SerialNumber)])
                    )
                );
            }
        }

        await using var batch = new NpgsqlBatch(connection);
        var outcome = new NpgsqlBatchCommand(InsertOutcome);
        outcome.Parameters.AddValue(found.Id);
        outcome.Parameters.AddValue(result.ToString());
        outcome.Parameters.AddValue(SigningRequestRows.WriteViolations(ruling.Violations));
        batch.BatchCommands.Add(outcome);
        AppendLogEntries.AddTo(batch, entries);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>What other generations of the root signed for the same unit and key: one phone, one key, one lot.</summary>
    private static async Task<IEnumerable<RevocableCertificate>> FindAlongAsync(
        NpgsqlConnection connection,
        PendingRevocation found,
        CancellationToken cancellation
    )
    {
        if (!found.Certificate.Facts.IsDevice)
            return [];
        await using var command = new NpgsqlCommand(RevocableCertificates.SelectOfKey, connection);
        command.Parameters.AddValue(found.Certificate.RequestId.Value);
        command.Parameters.AddValue(found.Certificate.Facts.Authority);
        return (await RevocableCertificates.ReadAsync(command, cancellation)).Where(certificate =>
            RevocationPolicy.IsPossible(found.Ask.Action, certificate.Facts.Current)
            && !RevocationPolicy.IsUnchanged(found.Ask.Action, found.Ask.Reason, certificate.Facts.Current)
            // A station ends no hold but a station's, here too; what was held along with one while it was signed anew is.
            && (
                found.Ask is not { Asker: RevocationAsker.Station, Action: RevocationAction.Release }
                || certificate.Facts.ChangedBy is RevocationAsker.Station or RevocationAsker.Succession
            )
        );
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
