using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Storage.Roots;

/// <summary>Reads what was published of the roots. Thread-safe.</summary>
public sealed class RootManifests(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select m.version, m.at, m.manifest, s.signature, s.signed_at
        from sa.root_manifest m join sa.root_manifest_signature s using (version)
        where m.version > $1 order by m.version
        """;

    /// <summary>The signed versions, the oldest first.</summary>
    /// <param name="after">Only later ones than this.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyList<StoredManifest>> ReadAsync(long after = 0, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(after);
        var found = new List<StoredManifest>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            found.Add(
                new StoredManifest(
                    row.GetInt64(0),
                    row.GetFieldValue<DateTimeOffset>(1),
                    row.GetFieldValue<byte[]>(2),
                    row.GetFieldValue<byte[]>(3),
                    row.GetFieldValue<DateTimeOffset>(4)
                )
            );
        }

        return found;
    }

    /// <summary>Since when each of these authorities is published.</summary>
    /// <param name="configuration">Where none has an activeFrom, nothing is asked: the ceremonies tell.</param>
    /// <param name="recorded">As the database has them.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<PublicationTimes> ReadTimesAsync(
        AuthorityConfiguration configuration,
        IEnumerable<AuthorityCertificate> recorded,
        CancellationToken cancellation = default
    ) =>
        PublicationTimes.Of(
            configuration,
            recorded.Select(authority => (authority.Authority, authority.CreatedAt)),
            configuration.Authorities.Any(authority => authority.ActiveFrom is not null)
                ? await PublishedAtAsync(cancellation)
                : new Dictionary<string, DateTimeOffset>()
        );

    /// <summary>Since when each root can be had: its first signed version.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> PublishedAtAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand("select authority, published_at from sa.root_published");
        var found = new Dictionary<string, DateTimeOffset>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1));
        return found;
    }
}
