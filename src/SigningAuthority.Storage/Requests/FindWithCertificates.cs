using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Storage.Requests;

/// <summary>
/// Requests with their certificates in one round trip and one snapshot: a request that is seen Issued is seen with all of its
/// certificates. By hand, since every device's answer comes through here.
/// </summary>
internal static class FindWithCertificates
{
    private const int Authority = SigningRequestRows.Count;

    // A request's rows stand one after another.
    private const string Select = $"""
        select {SigningRequestRows.Columns}, c.authority, c.serial_number, c.der, c.sha256, c.spki_sha256, c.not_before, c.not_after, c.issued_at
        from sa.signing_request r left join sa.certificate c on c.request_id = r.id
        where r.id = any($1)
        order by r.id, array_position(r.authorities, c.authority)
        """;

    internal static async Task<IReadOnlyList<RequestWithCertificates>> RunAsync(
        NpgsqlDataSource dataSource,
        IReadOnlyCollection<SigningRequestId> ids,
        CancellationToken cancellation
    )
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(ids.Select(id => id.Value).ToArray());
        var found = new List<RequestWithCertificates>(ids.Count);
        var certificates = new List<IssuedCertificate>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var id = new SigningRequestId(reader.GetGuid(0));
            if (found.Count == 0 || found[^1].Request.Id != id)
                found.Add(new RequestWithCertificates(SigningRequestRows.Read(reader), certificates = []));
            if (!reader.IsDBNull(Authority))
                certificates.Add(ReadCertificate(reader, id));
        }

        return found;
    }

    private static IssuedCertificate ReadCertificate(NpgsqlDataReader row, SigningRequestId request) =>
        new()
        {
            RequestId = request,
            Authority = row.GetString(Authority),
            SerialNumber = CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(Authority + 1)),
            Der = row.GetFieldValue<byte[]>(Authority + 2),
            Sha256 = row.GetFieldValue<byte[]>(Authority + 3),
            PublicKeySha256 = row.GetFieldValue<byte[]>(Authority + 4),
            NotBefore = row.GetFieldValue<DateTimeOffset>(Authority + 5),
            NotAfter = row.GetFieldValue<DateTimeOffset>(Authority + 6),
            IssuedAt = row.GetFieldValue<DateTimeOffset>(Authority + 7),
        };
}
