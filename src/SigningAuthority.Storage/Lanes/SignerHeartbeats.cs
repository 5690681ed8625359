using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace SigningAuthority.Storage.Lanes;

/// <summary>What a Signer last said of itself.</summary>
public sealed record SignerHeartbeat
{
    public required Guid Instance { get; init; }

    /// <summary>Names of the lanes that it serves.</summary>
    public required string[] Lane { get; init; }

    /// <summary>Its token answers.</summary>
    public required bool TokenOk { get; init; }

    /// <summary>For the operator; holds no secret.</summary>
    public required string TokenDetail { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; init; }
}

internal sealed class SignerHeartbeatMapping : IEntityTypeConfiguration<SignerHeartbeat>
{
    public void Configure(EntityTypeBuilder<SignerHeartbeat> builder)
    {
        builder.ToTable("signer_heartbeat");
        builder.HasKey(h => h.Instance);
        builder.Property(h => h.Instance).ValueGeneratedNever();
        builder.NameColumns();
    }
}

/// <summary>How the front door knows of the Signers, which it can't reach. Thread-safe.</summary>
public sealed class SignerHeartbeats(NpgsqlDataSource dataSource)
{
    // Those of instances long gone are swept by the way. Nothing hangs on a lost beat, so it need not wait for the disk.
    private const string Beat = """
        with gone as (delete from sa.signer_heartbeat where at < now() - interval '1 day')
        insert into sa.signer_heartbeat (instance, lane, token_ok, token_detail) values ($1, $2, $3, $4)
        on conflict (instance) do update set lane = excluded.lane, token_ok = excluded.token_ok, token_detail = excluded.token_detail, at = now()
        """;

    /// <summary>As role sa_signer.</summary>
    public async Task BeatAsync(
        Guid instance,
        IReadOnlyCollection<string> lanes,
        bool tokenOk,
        string tokenDetail,
        CancellationToken cancellation = default
    )
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        var beat = new NpgsqlBatchCommand(Beat);
        beat.Parameters.AddValue(instance);
        beat.Parameters.AddValue(lanes.ToArray());
        beat.Parameters.AddValue(tokenOk);
        beat.Parameters.AddValue(tokenDetail);
        batch.BatchCommands.Add(beat);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A Signer that stops in an orderly way takes its row away.</summary>
    public async Task StopAsync(Guid instance, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand("delete from sa.signer_heartbeat where instance = $1");
        command.Parameters.AddValue(instance);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The beats that are no older than <paramref name="age"/> by the database's clock.</summary>
    public async Task<IReadOnlyList<SignerHeartbeat>> ReadRecentAsync(TimeSpan age, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        return await context
            .SignerHeartbeats.FromSql($"select * from sa.signer_heartbeat where at >= now() - {age}")
            .OrderBy(h => h.Instance)
            .ToListAsync(cancellation);
    }
}
