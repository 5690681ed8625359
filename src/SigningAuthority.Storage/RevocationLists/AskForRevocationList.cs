using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.RevocationLists;

/// <summary>An operator wants a new complete list although nothing has changed. As role sa_operator.</summary>
public sealed class AskForRevocationList(NpgsqlDataSource dataSource)
{
    private const string Insert = "insert into sa.crl_asked (authority, asked_by) values ($1, $2)";

    /// <param name="authority">Its id in the configuration.</param>
    /// <param name="entry">Who asks; written in the same transaction.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task RunAsync(string authority, RevocationListRequested entry, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await using var command = new NpgsqlCommand(Insert, connection);
            command.Parameters.AddValue(authority);
            command.Parameters.AddValue(entry.Actor);
            await command.ExecuteNonQueryAsync(cancellation);
            await AppendLogEntries.AddAsync(connection, [entry], cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await Notifications.RevokedAsync(connection, [authority]);
    }
}
