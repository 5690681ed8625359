using Npgsql;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Lineage;

/// <summary>A request that others name as the one they follow.</summary>
/// <param name="KeySince">When the first certificate of its key was issued; null before there is one.</param>
/// <param name="Devices">What its provider named.</param>
public sealed record StoredPredecessor(
    SigningRequestId Id,
    Guid? ProviderId,
    RequestKind Kind,
    RequestState State,
    string? Fqdn,
    byte[] PublicKeySha256,
    IReadOnlyList<string> Generations,
    IReadOnlyList<string> Devices,
    DateTimeOffset? KeySince
)
{
    public bool BelongsTo(Guid? providerId) => Kind == RequestKind.ProvisioningServer && providerId is not null && ProviderId == providerId;
}

/// <summary>Facts for the policy, at the door and at the key: what a new request follows, and which keys are known to be lost. Thread-safe.</summary>
public sealed class Predecessors(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select id, provider_id, kind, state, fqdn, spki_sha256, authorities, devices,
            (select min(c.issued_at) from sa.certificate c where c.spki_sha256 = r.spki_sha256)
        from sa.signing_request r where id = any($1)
        """;

    private const string SelectCompromised = """
        select distinct c.spki_sha256 from sa.certificate c join sa.revocation_request v using (request_id, authority)
        where c.spki_sha256 = any($1) and v.reason = 'keyCompromise'
            and not exists (select from sa.revocation_outcome o where o.revocation_id = v.id and o.outcome = 'Refused')
        union
        select distinct c.spki_sha256 from sa.certificate c join sa.revoked r using (request_id, authority)
        where c.spki_sha256 = any($1) and r.reason = 1
        """;

    /// <summary>Those that exist, whoever they belong to.</summary>
    public async Task<IReadOnlyDictionary<Guid, StoredPredecessor>> FindAsync(
        IReadOnlyCollection<Guid> ids,
        CancellationToken cancellation = default
    )
    {
        var found = new Dictionary<Guid, StoredPredecessor>();
        if (ids.Count == 0)
            return found;

        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetGuid(0), Read(reader));
        return found;
    }

    /// <returns>Those keys, in lower-case hexadecimal, of which a holder has said that somebody else has them too.</returns>
    public async Task<IReadOnlySet<string>> FindCompromisedAsync(
        IReadOnlyCollection<byte[]> publicKeySha256,
        CancellationToken cancellation = default
    )
    {
        var found = new HashSet<string>();
        if (publicKeySha256.Count == 0)
            return found;

        await using var command = dataSource.CreateCommand(SelectCompromised);
        command.Parameters.AddValue(publicKeySha256.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0)));
        return found;
    }

    /// <summary>What a provider's request to follow <paramref name="found"/> rests on; another tenant's request is as good as none.</summary>
    /// <param name="kind">How it is followed.</param>
    /// <param name="found">Null where there is none.</param>
    /// <param name="providerId">The tenant that asks.</param>
    /// <param name="at">When it asked: the door and the key must count a key's age alike.</param>
    public static SuccessionFacts ToFacts(SuccessionKind kind, StoredPredecessor? found, Guid? providerId, DateTimeOffset at) =>
        new(
            kind,
            found is { Fqdn: { } fqdn } && found.BelongsTo(providerId)
                ? new Predecessor(found.State, fqdn, found.PublicKeySha256, found.Generations, at - (found.KeySince ?? at))
                : null
        );

    private static StoredPredecessor Read(NpgsqlDataReader row) =>
        new(
            new SigningRequestId(row.GetGuid(0)),
            row.GetFieldValue<Guid?>(1),
            Enum.Parse<RequestKind>(row.GetString(2)),
            Enum.Parse<RequestState>(row.GetString(3)),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.GetFieldValue<byte[]>(5),
            row.GetFieldValue<string[]>(6),
            row.GetFieldValue<string[]>(7),
            row.GetFieldValue<DateTimeOffset?>(8)
        );
}
