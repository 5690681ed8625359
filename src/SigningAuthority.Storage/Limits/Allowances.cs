using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Limits;

/// <summary>A limit that a call counts against.</summary>
/// <param name="Holder">Whose calls are counted together: a token's id, or a tenant's.</param>
/// <param name="Tenant">Whose override applies; null for a token without tenant.</param>
/// <param name="Seconds">Length of the window, which begins with its first call.</param>
/// <param name="Most">Calls in a window, inclusive, where no override says otherwise.</param>
public sealed record Allowance(Guid Holder, string Name, Guid? Tenant, int Seconds, int Most);

/// <summary>A limit that has nothing left.</summary>
/// <param name="Allowed">Calls in a window, overrides included.</param>
/// <param name="SecondsLeft">Until it makes sense to ask again; 1 or more.</param>
/// <param name="IsNoted">This window's first refusal is in the log already.</param>
public sealed record UsedUp(Allowance Limit, int Allowed, int SecondsLeft, bool IsNoted = false);

/// <summary>Counts calls, for all processes of one database together. Thread-safe.</summary>
public sealed class Allowances(NpgsqlDataSource dataSource)
{
    /// <summary>Takes one call from each, in one round trip; null when all had one left, else the first that had none.</summary>
    /// <param name="limits">Always in the same order, the token's before the tenant's: rows are locked in it.</param>
    /// <param name="cancellation">Abandoning may have taken.</param>
    public async Task<UsedUp?> TakeAsync(IReadOnlyList<Allowance> limits, CancellationToken cancellation = default)
    {
        if (limits.Count == 0)
            return null;

        await using var command = dataSource.CreateCommand(
            "select name, most, seconds_left, noted from sa.take_allowance($1, $2, $3, $4, $5)"
        );
        command.Parameters.AddColumn(limits, limit => limit.Holder);
        command.Parameters.AddColumn(limits, limit => limit.Name);
        command.Parameters.AddColumn(limits, limit => limit.Tenant);
        command.Parameters.AddColumn(limits, limit => limit.Seconds);
        command.Parameters.AddColumn(limits, limit => limit.Most);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var name = reader.GetString(0);
        return new UsedUp(limits.First(limit => limit.Name == name), reader.GetInt32(1), reader.GetInt32(2), reader.GetBoolean(3));
    }

    /// <summary>Writes the entry of a refusal, unless this window has one: a flood of refused calls can't flood the log.</summary>
    public async Task NoteAsync(Allowance limit, LogEntry entry, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("select sa.note_limited($1, $2, $3)", connection, transaction);
        command.Parameters.AddWithValue(limit.Holder);
        command.Parameters.AddWithValue(limit.Name);
        command.Parameters.AddWithValue(limit.Seconds);
        if ((bool)(await command.ExecuteScalarAsync(cancellation))!)
            await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
