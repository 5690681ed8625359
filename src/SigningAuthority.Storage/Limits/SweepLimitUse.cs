using Npgsql;

namespace SigningAuthority.Storage.Limits;

/// <summary>Needs role sa_signer, whose schedule it is on. Thread-safe.</summary>
public sealed class SweepLimitUse(NpgsqlDataSource dataSource)
{
    /// <returns>How many counts were removed: those whose windows ended a day ago.</returns>
    public async Task<long> RunAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand("select sa.sweep_limit_use()");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
