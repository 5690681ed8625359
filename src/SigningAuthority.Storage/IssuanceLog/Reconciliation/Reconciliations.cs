using Npgsql;

namespace SigningAuthority.Storage.IssuanceLog.Reconciliation;

/// <summary>How things stand by the runs so far.</summary>
/// <param name="Differences">Of the run that decides; 0 when all agrees.</param>
/// <param name="First">The first of them; null when all agrees.</param>
/// <param name="To">How many entries that run had read.</param>
public sealed record EvidenceState(long Differences, string? First, long To, DateTimeOffset At)
{
    // Runs are due each ten minutes.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    /// <summary>Whether several runs since should have been and were not.</summary>
    public bool IsLate(DateTimeOffset now) => At < now - LongestPause;
}

/// <summary>Reads what the reconciliations found. As any role. Thread-safe.</summary>
public sealed class Reconciliations(NpgsqlDataSource dataSource)
{
    // What only a whole run can find stays found until another whole run does not find it.
    private const string Select = """
        select jsonb_array_length(differences)::bigint, (differences -> 0 ->> 'where') || ': ' || (differences -> 0 ->> 'message'), to_size, finished_at
        from (
            (select id, differences, to_size, finished_at, is_sound from sa.log_reconciliation order by id desc limit 1)
            union
            (select id, differences, to_size, finished_at, is_sound from sa.log_reconciliation where is_whole order by id desc limit 1)
        ) decisive
        order by is_sound, id desc limit 1
        """;

    /// <returns>Null before the first run.</returns>
    public async Task<EvidenceState?> LatestAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Select);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new EvidenceState(
                row.GetInt64(0),
                row.IsDBNull(1) ? null : row.GetString(1),
                row.GetInt64(2),
                row.GetFieldValue<DateTimeOffset>(3)
            )
            : null;
    }
}
