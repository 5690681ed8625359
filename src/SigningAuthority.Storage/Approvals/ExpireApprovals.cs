using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Approvals;

/// <summary>Refuses the requests that waited too long for officers. As role sa_signer. Any number may run at once.</summary>
public sealed class ExpireApprovals(NpgsqlDataSource dataSource)
{
    private const int AtOnce = 500;

    private const string Find = $"""
        select {SigningRequestRows.Columns} from sa.signing_request r
        where r.waiting and r.state = 'AwaitingApproval' and r.approval_expires_at <= now() order by r.approval_expires_at limit $1
        for update skip locked
        """;

    private const string Refuse = """
        update sa.signing_request r set state = 'Refused', finished_at = now(), violations = refused.violations::jsonb
        from unnest($1::uuid[], $2::text[]) as refused(id, violations) where r.id = refused.id
        """;

    /// <param name="entry">The refusal's entry, from the request and its violation.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>How many were refused; fewer than there are when they are very many.</returns>
    public async Task<int> RunAsync(Func<SigningRequestRecord, Violation, RequestRefused> entry, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        var expired = new List<SigningRequestRecord>();
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await using (var find = new NpgsqlCommand(Find, connection))
            {
                find.Parameters.AddValue(AtOnce);
                await using var reader = await find.ExecuteReaderAsync(cancellation);
                while (await reader.ReadAsync(cancellation))
                    expired.Add(SigningRequestRows.Read(reader));
            }

            if (expired.Count == 0)
                return 0;

            var refused = expired.ConvertAll(request =>
                (Request: request, Violation: ApprovalPolicy.NoDecision(request.ApprovalExpiresAt!.Value))
            );
            await using var batch = new NpgsqlBatch(connection);
            var refuse = new NpgsqlBatchCommand(Refuse);
            refuse.Parameters.AddColumn(refused, r => r.Request.Id.Value);
            refuse.Parameters.AddColumn(refused, r => SigningRequestRows.WriteViolations([r.Violation]));
            batch.BatchCommands.Add(refuse);
            AppendLogEntries.AddTo(batch, [.. refused.Select(r => entry(r.Request, r.Violation))]);
            await batch.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await Notifications.FinishedAsync(connection, expired.Select(request => request.Id));
        return expired.Count;
    }
}
