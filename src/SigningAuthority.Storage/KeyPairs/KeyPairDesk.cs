using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.KeyPairs;

/// <summary>What the front door does with key pairs: asks for one, hands over its envelope, erases it. As role sa_api. Thread-safe.</summary>
public sealed class KeyPairDesk(NpgsqlDataSource dataSource)
{
    private const string Insert = """
        insert into sa.key_pair (id, order_id, station_id, mac, serial, product, issue, requested_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict do nothing
        """;

    private const string SelectOfUnit = $"""
        select {KeyPairRows.Columns} from sa.key_pair k
        where k.mac = $1 and k.serial = $2 and k.product = $3 and k.state not in ('Refused', 'Abandoned') order by k.issue desc limit 1
        """;

    private const string SelectOne = $"select {KeyPairRows.Columns} from sa.key_pair k where k.id = $1";

    private const string Erase = """
        update sa.key_pair set state = 'Erased', envelope = null, erased_at = now(), erased_by = $2 where id = $1 and state = 'Made'
        """;

    /// <summary>The newest that a unit has; not one that was refused or abandoned.</summary>
    /// <param name="mac">12 upper-case hexadecimal digits.</param>
    public async Task<KeyPair?> FindAsync(string mac, string serial, string product, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectOfUnit);
        command.Parameters.AddValue(mac);
        command.Parameters.AddValue(serial);
        command.Parameters.AddValue(product);
        return (await KeyPairRows.ReadAsync(command, cancellation)).SingleOrDefault();
    }

    public async Task<KeyPair?> FindAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectOne);
        command.Parameters.AddValue(id);
        return (await KeyPairRows.ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Asks the key room for a pair, with the act's entry.</summary>
    /// <returns>False when the unit has one already; then nothing was written.</returns>
    public async Task<bool> AskAsync(KeyPair wanted, LogEntry entry, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.AddValue(wanted.Id);
        command.Parameters.AddValue(wanted.OrderId);
        command.Parameters.AddValue(wanted.StationId);
        command.Parameters.AddValue(wanted.Mac);
        command.Parameters.AddValue(wanted.Serial);
        command.Parameters.AddValue(wanted.Product);
        command.Parameters.AddValue((short)wanted.Issue);
        command.Parameters.AddValue(wanted.RequestedBy);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0)
            return false;

        await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
        await Notifications.KeyPairsAsync(connection, []);
        return true;
    }

    /// <summary>The station has the key: the envelope goes, with the act's entry.</summary>
    /// <returns>False when there was none any more; then nothing was written.</returns>
    public async Task<bool> EraseAsync(Guid id, string actor, LogEntry entry, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(Erase, connection);
        command.Parameters.AddValue(id);
        command.Parameters.AddValue(actor);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0)
            return false;

        await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
