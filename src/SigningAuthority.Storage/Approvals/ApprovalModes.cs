using Npgsql;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Approvals;

/// <summary>What an operator said of one provider and generation.</summary>
/// <param name="Mode">Null where the policy's word counts again.</param>
public sealed record SetApprovalMode(Guid ProviderId, string Generation, ApprovalMode? Mode, DateTimeOffset At, string By);

/// <summary>How providers' requests are approved, where an operator said otherwise than the policy. Writing needs role sa_operator. Thread-safe.</summary>
public sealed class ApprovalModes(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string SelectNewest = """
        select distinct on (provider_id, authority) provider_id, authority, mode, set_at, set_by from sa.approval_mode
        where provider_id = any($1) order by provider_id, authority, id desc
        """;

    private const string Insert = "insert into sa.approval_mode (provider_id, authority, mode, set_by) values ($1, $2, $3, $4)";

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>By generation, as policy wants them.</summary>
    public async Task<IReadOnlyDictionary<string, ApprovalMode>> OfProviderAsync(
        Guid providerId,
        CancellationToken cancellation = default
    ) => (await OfProvidersAsync([providerId], cancellation)).GetValueOrDefault(providerId) ?? new Dictionary<string, ApprovalMode>();

    /// <summary>The same for several, as the key room decides about a batch; providers with none are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, ApprovalMode>>> OfProvidersAsync(
        IReadOnlyCollection<Guid> providerIds,
        CancellationToken cancellation = default
    ) =>
        (await ReadAsync(providerIds, cancellation))
            .Where(set => set.Mode is not null)
            .GroupBy(set => set.ProviderId)
            .ToDictionary(
                group => group.Key,
                IReadOnlyDictionary<string, ApprovalMode> (group) => group.ToDictionary(set => set.Generation, set => set.Mode!.Value)
            );

    /// <summary>The newest word on each generation.</summary>
    public async Task<IReadOnlyList<SetApprovalMode>> ReadAsync(
        IReadOnlyCollection<Guid> providerIds,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectNewest);
        command.Parameters.AddValue(providerIds.ToArray());
        var set = new List<SetApprovalMode>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            set.Add(
                new SetApprovalMode(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.IsDBNull(2) ? null : Enum.Parse<ApprovalMode>(reader.GetString(2)),
                    reader.GetFieldValue<DateTimeOffset>(3),
                    reader.GetString(4)
                )
            );
        }

        return set;
    }

    /// <param name="provider">The tenant.</param>
    /// <param name="generation">Id of a ServerRoot; that it is one is the caller's to know.</param>
    /// <param name="mode">Null for what the policy says.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task SetAsync(
        Provider provider,
        string generation,
        ApprovalMode? mode,
        string actor,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var insert = new NpgsqlCommand(Insert, connection))
        {
            insert.Parameters.AddValue(provider.Id);
            insert.Parameters.AddValue(generation);
            insert.Parameters.AddValue(mode?.ToString());
            insert.Parameters.AddValue(actor);
            await insert.ExecuteNonQueryAsync(cancellation);
        }

        await AppendLogEntries.AddAsync(
            connection,
            [
                new ApprovalConfigured
                {
                    At = _time.GetUtcNow(),
                    Actor = actor,
                    Subject = provider.Name,
                    Provider = provider.Name,
                    Generation = generation,
                    Mode = mode?.ToString() ?? "Policy",
                },
            ],
            cancellation
        );
        await transaction.CommitAsync(cancellation);
    }
}
