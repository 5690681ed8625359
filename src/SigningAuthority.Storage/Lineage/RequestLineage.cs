using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Lineage;

/// <summary>A request that follows another of the same tenant, and was not given up.</summary>
public sealed record Successor(SigningRequestId Predecessor, SigningRequestId Id, SuccessionKind Kind, RequestState State);

/// <summary>A certificate that is revoked, or to be.</summary>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it.</param>
/// <param name="Replacement">The issued request that took its place, where that is the reason.</param>
/// <param name="EffectiveAt">Since when verifiers are told so; null while the key room has not decided.</param>
public sealed record RevocationMark(
    SigningRequestId RequestId,
    string Authority,
    string Reason,
    DateTimeOffset At,
    SigningRequestId? Replacement,
    DateTimeOffset? EffectiveAt
);

/// <summary>What became of requests after they were issued.</summary>
public sealed record RequestLineage(ILookup<SigningRequestId, Successor> Successors, ILookup<SigningRequestId, RevocationMark> Revocations);

/// <summary>Reads what became of requests. Thread-safe.</summary>
public sealed class RequestLineages(NpgsqlDataSource dataSource)
{
    private const string SelectSuccessors = """
        select s.succeeds, s.id, s.succession, s.state from sa.signing_request s join sa.signing_request p on p.id = s.succeeds
        where s.succeeds = any($1) and s.provider_id = p.provider_id and s.state not in ('Refused', 'Withdrawn')
        order by s.id
        """;

    private const string SelectRevocations = """
        select v.request_id, v.authority, v.reason, v.at, v.replacement, r.revoked_at
        from sa.certificate_revocation v
            left join sa.revoked r on r.request_id = v.request_id and r.authority = v.authority and r.reason not in (6, 8)
        where v.request_id = any($1) order by v.authority
        """;

    /// <summary>For any number of requests, whoever they belong to; one round trip.</summary>
    public async Task<RequestLineage> ReadAsync(IReadOnlyCollection<SigningRequestId> requests, CancellationToken cancellation = default)
    {
        Guid[] ids = [.. requests.Select(id => id.Value)];
        await using var batch = dataSource.CreateBatch();
        foreach (var sql in (string[])[SelectSuccessors, SelectRevocations])
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddValue(ids);
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var successors = new List<Successor>();
        while (await reader.ReadAsync(cancellation))
            successors.Add(ReadSuccessor(reader));
        await reader.NextResultAsync(cancellation);
        var revocations = new List<RevocationMark>();
        while (await reader.ReadAsync(cancellation))
            revocations.Add(ReadRevocation(reader));
        return new RequestLineage(successors.ToLookup(s => s.Predecessor), revocations.ToLookup(r => r.RequestId));
    }

    private static Successor ReadSuccessor(NpgsqlDataReader row) =>
        new(
            new SigningRequestId(row.GetGuid(0)),
            new SigningRequestId(row.GetGuid(1)),
            Enum.Parse<SuccessionKind>(row.GetString(2)),
            Enum.Parse<RequestState>(row.GetString(3))
        );

    private static RevocationMark ReadRevocation(NpgsqlDataReader row) =>
        new(
            new SigningRequestId(row.GetGuid(0)),
            row.GetString(1),
            row.GetString(2),
            row.GetFieldValue<DateTimeOffset>(3),
            row.IsDBNull(4) ? null : new SigningRequestId(row.GetGuid(4)),
            row.GetFieldValue<DateTimeOffset?>(5)
        );
}
