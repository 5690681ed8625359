using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Approvals;

/// <summary>The recorded decisions of officers. Thread-safe.</summary>
public sealed class OfficerDecisions(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select a.request_id, a.officer_id, o.name, o.public_key, o.revoked_at is not null, a.decision, a.reason, a.decided_at, a.recorded_at, a.signature
        from sa.approval a join sa.officer o on o.id = a.officer_id
        where a.request_id = any($1) order by a.recorded_at, a.officer_id
        """;

    public async Task<ILookup<SigningRequestId, OfficerDecision>> FindAsync(
        IReadOnlyCollection<SigningRequestId> requests,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await FindAsync(connection, requests, cancellation);
    }

    internal static async Task<ILookup<SigningRequestId, OfficerDecision>> FindAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<SigningRequestId> requests,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Select, connection);
        command.Parameters.AddValue(requests.Select(id => id.Value).ToArray());
        var decisions = new List<(SigningRequestId Request, OfficerDecision Decision)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            decisions.Add((new SigningRequestId(reader.GetGuid(0)), Read(reader)));
        return decisions.ToLookup(pair => pair.Request, pair => pair.Decision);
    }

    private static OfficerDecision Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(1),
            OfficerName.Parse(row.GetString(2)),
            KeyOf(row.GetFieldValue<byte[]>(3)),
            row.GetBoolean(4),
            Enum.Parse<OfficerVerdict>(row.GetString(5)),
            row.GetString(6),
            row.GetFieldValue<DateTimeOffset>(7),
            row.GetFieldValue<DateTimeOffset>(8),
            row.GetFieldValue<byte[]>(9)
        );

    internal static OfficerKey KeyOf(byte[] subjectPublicKeyInfo) =>
        OfficerKey.TryRead(subjectPublicKeyInfo, out var key)
            ? key
            : throw new InvalidOperationException("A registered officer's key can't be read.");
}
