using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.KeyPairs;

/// <summary>
/// Gives up a unit's key pair, so that another can be made: its station is gone, or its envelope is and the unit never had the key. Needs
/// role sa_operator. Thread-safe.
/// </summary>
public sealed class AbandonKeyPair(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    // What has been asked for with a key is the unit's for ever: another key would have no certificate.
    private const string IsUsed = """
        select exists (select from sa.signing_request where kind = 'Device' and mac = $1 and active)
        """;

    private const string Update = """
        update sa.key_pair set state = 'Abandoned', envelope = null, erased_at = coalesce(erased_at, now()), erased_by = coalesce(erased_by, $2)
        where mac = $1 and state in ('Wanted', 'Made', 'Erased')
        returning id, serial
        """;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <param name="mac">12 upper-case hexadecimal digits.</param>
    /// <returns>How many were given up; null where the unit has an active request, and then none.</returns>
    public async Task<int?> RunAsync(string mac, string reason, string actor, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var abandoned = await UpdateAsync(connection, mac, actor, cancellation);
        await using var isUsed = new NpgsqlCommand(IsUsed, connection);
        isUsed.Parameters.AddValue(mac);
        if ((bool)(await isUsed.ExecuteScalarAsync(cancellation))!)
            return null;

        var entries = abandoned.Select(pair => new KeyPairAbandoned
        {
            At = _time.GetUtcNow(),
            Actor = actor,
            Subject = mac,
            Mac = mac,
            Serial = pair.Serial,
            KeyPairId = pair.Id,
            Reason = reason,
        });
        await AppendLogEntries.AddAsync(connection, [.. entries], cancellation);
        await transaction.CommitAsync(cancellation);
        return abandoned.Count;
    }

    private static async Task<IReadOnlyList<(Guid Id, string Serial)>> UpdateAsync(
        NpgsqlConnection connection,
        string mac,
        string actor,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Update, connection);
        command.Parameters.AddValue(mac);
        command.Parameters.AddValue(actor);
        var abandoned = new List<(Guid, string)>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            abandoned.Add((row.GetGuid(0), row.GetString(1)));
        return abandoned;
    }
}
