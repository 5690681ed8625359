using Npgsql;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>Locks the rows that an instance still holds, in the order of their ids as everyone does, until the transaction ends.</summary>
internal static class HeldRequests
{
    private const string Lock = """
        select id from sa.signing_request where id = any($1) and state = 'Signing' and leased_by = $2 order by id for update
        """;

    internal static NpgsqlBatchCommand Command(Guid instance, Guid[] requests)
    {
        var command = new NpgsqlBatchCommand(Lock);
        command.Parameters.AddValue(requests);
        command.Parameters.AddValue(instance);
        return command;
    }

    internal static async Task<HashSet<SigningRequestId>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var held = new HashSet<SigningRequestId>();
        while (await reader.ReadAsync(cancellation))
            held.Add(new SigningRequestId(reader.GetGuid(0)));
        return held;
    }

    /// <exception cref="LeaseLostException">Some are not held.</exception>
    internal static async Task RequireAsync(
        NpgsqlConnection connection,
        Guid instance,
        IReadOnlyCollection<SigningRequestId> requests,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(instance, [.. requests.Select(id => id.Value)]));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var held = await ReadAsync(reader, cancellation);
        if (held.Count < requests.Count)
            throw new LeaseLostException([.. requests.Where(id => !held.Contains(id))]);
    }
}
