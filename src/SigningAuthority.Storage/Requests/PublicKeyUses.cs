using Npgsql;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>A place where a public key was seen: a request (of any state that did not end it without a certificate), or an authority.</summary>
/// <param name="PublicKeySha256">Lower-case hexadecimal.</param>
/// <param name="Authority">Set where the key is an authority's own; then all that follows is null.</param>
public sealed record PublicKeyUse(
    string PublicKeySha256,
    string? Authority,
    SigningRequestId? RequestId,
    RequestKind? Kind,
    Guid? ProviderId,
    Guid? StationId,
    string? Mac
);

/// <summary>A fact for the policy, at the door and at the key: who else has this public key. Thread-safe.</summary>
public sealed class PublicKeyUses(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select u.* from unnest($1) as asked(spki), lateral (
            select spki_sha256, null, id, kind, provider_id, station_id, mac from sa.signing_request
                where spki_sha256 = asked.spki and kind = 'Device' and active
            union all select spki_sha256, null, id, kind, provider_id, station_id, mac from sa.signing_request
                where spki_sha256 = asked.spki and kind <> 'Device' and active
            offset 0) u
        union all select spki_sha256, authority, null, null, null, null, null from sa.authority_certificate where spki_sha256 = any($1)
        """;

    /// <param name="publicKeySha256">Digests of SubjectPublicKeyInfos; any number, one round trip.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>By digest in lower-case hexadecimal. A request that asks about itself finds itself.</returns>
    public async Task<ILookup<string, PublicKeyUse>> FindAsync(
        IReadOnlyCollection<byte[]> publicKeySha256,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(publicKeySha256.ToArray());
        var uses = new List<PublicKeyUse>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            uses.Add(Read(reader));
        return uses.ToLookup(use => use.PublicKeySha256);
    }

    private static PublicKeyUse Read(NpgsqlDataReader row) =>
        new(
            Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0)),
            row.IsDBNull(1) ? null : row.GetString(1),
            row.IsDBNull(2) ? null : new SigningRequestId(row.GetGuid(2)),
            row.IsDBNull(3) ? null : Enum.Parse<RequestKind>(row.GetString(3)),
            row.GetFieldValue<Guid?>(4),
            row.GetFieldValue<Guid?>(5),
            row.IsDBNull(6) ? null : row.GetString(6)
        );
}
