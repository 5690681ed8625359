using System.Security.Cryptography.X509Certificates;
using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Storage.Lineage;

/// <summary>A fact for the policy at the key: what a certificate that is to be signed anew is like. Thread-safe.</summary>
public sealed class CertifiedDevices(NpgsqlDataSource dataSource)
{
    private static readonly string Select = $"""
        select r.id, r.kind, r.mac, r.serial, r.product, r.issue, r.csr_sha256, c.authority, i.profile, c.der, c.not_after,
            not ({NotRevoked.Of("c")} and {NotRevoked.OfKey("r")})
        from unnest($1::uuid[]) as wanted(id),
            lateral (select * from sa.signing_request r where r.id = wanted.id and r.state = 'Issued' offset 0) r,
            lateral (select * from sa.certificate c where c.request_id = r.id offset 0) c,
            lateral (select i.profile from sa.intent i where i.request_id = c.request_id and i.authority = c.authority offset 0) i
        """;

    /// <param name="requests">Those whose certificates are to be signed anew; each has one.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>Those that were issued, by the request's id.</returns>
    public async Task<IReadOnlyDictionary<Guid, CertificateBefore>> FindAsync(
        IReadOnlyCollection<Guid> requests,
        CancellationToken cancellation = default
    )
    {
        var found = new Dictionary<Guid, CertificateBefore>();
        if (requests.Count == 0)
            return found;

        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(requests.Distinct().ToArray());
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found[row.GetGuid(0)] = Read(row);
        return found;
    }

    private static CertificateBefore Read(NpgsqlDataReader row)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(row.GetFieldValue<byte[]>(9));
        return new CertificateBefore(
            Enum.Parse<RequestKind>(row.GetString(1)),
            Text(row, 2),
            Text(row, 3),
            Text(row, 4),
            row.GetInt16(5),
            row.GetFieldValue<byte[]>(6),
            row.GetString(7),
            row.GetString(8),
            DistinguishedName.Decode(certificate.SubjectName.RawData),
            row.GetFieldValue<DateTimeOffset>(10),
            row.GetBoolean(11)
        );
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
