using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Revocations;

public enum RecallState
{
    AwaitingApproval,

    /// <summary>The key room has found the officers' signatures good, and is at work.</summary>
    Approved,

    Effective,
    Refused,
    Expired,
}

/// <summary>Many certificates that are to be revoked, held or released at once.</summary>
/// <param name="Subject">What officers sign; its digest is the operator's word, which is taken anew wherever it counts.</param>
/// <param name="Selection">How the operator chose them.</param>
public sealed record Recall(
    RecallSubject Subject,
    Lane Lane,
    string? Note,
    string Selection,
    DateTimeOffset RequestedAt,
    RecallState State,
    IReadOnlyList<Violation> Violations,
    DateTimeOffset? SettledAt,
    IReadOnlyList<RecallDecision> Decisions
)
{
    public Guid Id => Subject.Recall;

    public RecallEvidence ToEvidence() => new(Subject, RequestedAt, Decisions);
}

/// <summary>One certificate of a recall.</summary>
public readonly record struct RecallMember(string Authority, CertificateSerialNumber SerialNumber);

internal static class RecallRows
{
    private const string Columns =
        "r.id, r.lane, r.action, r.reason, r.note, r.selection, r.members, r.members_sha256, r.requested_by, r.requested_at, r.state, r.violations, r.settled_at";

    internal const string Select = $"select {Columns} from sa.recall r ";

    // Registrations as they stand now.
    private const string SelectDecisions = """
        select a.recall_id, a.officer_id, o.name, o.public_key, o.revoked_at is not null, a.decision, a.reason, a.decided_at, a.recorded_at, a.signature
        from sa.recall_approval a join sa.officer o on o.id = a.officer_id where a.recall_id = any($1) order by a.recorded_at
        """;

    internal static async Task<IReadOnlyList<Recall>> ReadAsync(
        NpgsqlConnection connection,
        NpgsqlCommand command,
        CancellationToken cancellation
    )
    {
        var recalls = new List<Recall>();
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
                recalls.Add(Read(row));
        }

        var decisions = await DecisionsAsync(connection, [.. recalls.Select(recall => recall.Id)], cancellation);
        return [.. recalls.Select(recall => recall with { Decisions = [.. decisions[recall.Id]] })];
    }

    private static Recall Read(NpgsqlDataReader row) =>
        new(
            new RecallSubject(
                row.GetGuid(0),
                Enum.Parse<RevocationAction>(row.GetString(2)),
                RevocationActionNames.ParseReason(row.GetString(3)),
                row.GetInt32(6),
                Convert.ToHexStringLower(row.GetFieldValue<byte[]>(7)),
                row.GetString(8)
            ),
            Enum.Parse<Lane>(row.GetString(1)),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.GetString(5),
            row.GetFieldValue<DateTimeOffset>(9),
            Enum.Parse<RecallState>(row.GetString(10)),
            SigningRequestRows.ReadViolations(row.GetString(11)),
            row.GetFieldValue<DateTimeOffset?>(12),
            []
        );

    private static async Task<ILookup<Guid, RecallDecision>> DecisionsAsync(
        NpgsqlConnection connection,
        Guid[] recalls,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(SelectDecisions, connection);
        command.Parameters.AddValue(recalls);
        var found = new List<(Guid Recall, RecallDecision Decision)>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            // A key that can't be read verifies nothing.
            if (OfficerKey.TryRead(row.GetFieldValue<byte[]>(3), out var key))
                found.Add(
                    (
                        row.GetGuid(0),
                        new RecallDecision(
                            row.GetGuid(1),
                            OfficerName.Parse(row.GetString(2)),
                            key,
                            row.GetBoolean(4),
                            Enum.Parse<OfficerVerdict>(row.GetString(5)),
                            row.GetString(6),
                            row.GetFieldValue<DateTimeOffset>(7),
                            row.GetFieldValue<DateTimeOffset>(8),
                            row.GetFieldValue<byte[]>(9)
                        )
                    )
                );
        }

        return found.ToLookup(pair => pair.Recall, pair => pair.Decision);
    }
}
