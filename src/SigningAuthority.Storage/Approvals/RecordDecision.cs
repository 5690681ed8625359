using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Approvals;

/// <summary>A request that waits, locked while its next decision is thought over.</summary>
/// <param name="Evidence">With the decisions so far.</param>
/// <param name="Now">By the database's clock: what the decision will be recorded at.</param>
public sealed record WaitingRequest(SigningRequestRecord Request, ApprovalEvidence Evidence, DateTimeOffset Now);

/// <summary>What a decision comes to.</summary>
/// <param name="Decision">As it is recorded.</param>
/// <param name="Defects">Why it does not count; then nothing is written.</param>
/// <param name="State">AwaitingApproval where more officers are needed, else Queued or Refused.</param>
/// <param name="Violations">What the provider is told; empty unless Refused.</param>
/// <param name="Entry">Of the decision.</param>
public sealed record DecisionRuling(
    OfficerDecision Decision,
    IReadOnlyList<Violation> Defects,
    RequestState State,
    IReadOnlyList<Violation> Violations,
    LogEntry Entry
);

public enum DecisionOutcome
{
    Recorded,

    /// <summary>The ruling found defects.</summary>
    Defective,

    /// <summary>The officer has decided on this request before.</summary>
    Repeated,

    /// <summary>The request does not wait for officers, or not any more.</summary>
    NotWaiting,
}

/// <summary>
/// Writes an officer's decision and what it comes to, in one transaction. Decisions on one request happen one after the other: the row is
/// locked from the look at the former ones until the commit, so that each sees those before it and one alone settles. As role sa_api.
/// </summary>
public sealed class RecordDecision(NpgsqlDataSource dataSource)
{
    private const string Lock = $"""
        select {SigningRequestRows.Columns}, now() from sa.signing_request r
        where r.id = $1 and r.kind = 'ProvisioningServer' and r.state = 'AwaitingApproval' for update
        """;

    private const string Insert = """
        insert into sa.approval (request_id, officer_id, decision, reason, decided_at, signature) values ($1, $2, $3, $4, $5, $6)
        """;

    private const string Settle = """
        update sa.signing_request set state = $2, due_at = now(), violations = $3::jsonb, finished_at = case when $2 = 'Refused' then now() end
        where id = $1
        """;

    /// <param name="id">Of the request.</param>
    /// <param name="officerId">Who decides.</param>
    /// <param name="rule">Policy, on the request as it stands under the lock. Must be quick.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>The ruling where there was one.</returns>
    public async Task<(DecisionOutcome Outcome, DecisionRuling? Ruling)> RunAsync(
        SigningRequestId id,
        Guid officerId,
        Func<WaitingRequest, DecisionRuling> rule,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        DecisionRuling ruling;
        Lane lane;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            if (await LockAsync(connection, id, cancellation) is not { } waiting)
                return (DecisionOutcome.NotWaiting, null);
            if (waiting.Evidence.Decisions.Any(decision => decision.OfficerId == officerId))
                return (DecisionOutcome.Repeated, null);

            ruling = rule(waiting);
            lane = waiting.Request.Lane;
            if (ruling.Defects.Count > 0)
                return (DecisionOutcome.Defective, ruling);

            await WriteAsync(connection, id, ruling, cancellation);
            await transaction.CommitAsync(cancellation);
        }

        if (ruling.State == RequestState.Queued)
            await Notifications.QueuedAsync(connection, [lane]);
        else if (ruling.State == RequestState.Refused)
            await Notifications.FinishedAsync(connection, [id]);
        return (DecisionOutcome.Recorded, ruling);
    }

    private static async Task<WaitingRequest?> LockAsync(NpgsqlConnection connection, SigningRequestId id, CancellationToken cancellation)
    {
        SigningRequestRecord request;
        DateTimeOffset now;
        await using (var command = new NpgsqlCommand(Lock, connection))
        {
            command.Parameters.AddValue(id.Value);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation))
                return null;
            (request, now) = (SigningRequestRows.Read(reader), reader.GetFieldValue<DateTimeOffset>(SigningRequestRows.Count));
        }

        // A statement of its own: its snapshot is younger than the lock, so it sees what the holder before committed.
        var evidence = await ApprovalEvidences.GatherAsync(connection, [request], cancellation);
        return new WaitingRequest(request, evidence[id], now);
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection,
        SigningRequestId id,
        DecisionRuling ruling,
        CancellationToken cancellation
    )
    {
        if (ruling.Entry.RequestId != id.Value)
            throw new ArgumentException("A decision comes with its own entry.", nameof(ruling));

        await using var batch = new NpgsqlBatch(connection);
        var insert = new NpgsqlBatchCommand(Insert);
        insert.Parameters.AddValue(id.Value);
        insert.Parameters.AddValue(ruling.Decision.OfficerId);
        insert.Parameters.AddValue(ruling.Decision.Verdict.ToString());
        insert.Parameters.AddValue(ruling.Decision.Reason);
        insert.Parameters.AddValue(ruling.Decision.At.UtcDateTime);
        insert.Parameters.AddValue(ruling.Decision.Signature.ToArray());
        batch.BatchCommands.Add(insert);
        if (ruling.State != RequestState.AwaitingApproval)
        {
            var settle = new NpgsqlBatchCommand(Settle);
            settle.Parameters.AddValue(id.Value);
            settle.Parameters.AddValue(ruling.State.ToString());
            settle.Parameters.AddValue(SigningRequestRows.WriteViolations(ruling.Violations));
            batch.BatchCommands.Add(settle);
        }

        AppendLogEntries.AddTo(batch, [ruling.Entry]);
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
