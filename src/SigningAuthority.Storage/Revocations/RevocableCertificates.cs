using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Storage.Revocations;

/// <summary>An issued certificate with all that decides who may have it revoked.</summary>
/// <param name="Sha256">Over its DER.</param>
/// <param name="RevokedAt">Since when it is as <see cref="RevocableFacts.Current"/> says.</param>
public sealed record RevocableCertificate(
    SigningRequestId RequestId,
    RevocableFacts Facts,
    byte[] Sha256,
    DateTimeOffset NotAfter,
    string? Fqdn,
    string? Mac,
    string? Serial,
    DateTimeOffset? RevokedAt
)
{
    /// <summary>What the log's entries about it are about.</summary>
    public string? Subject => Fqdn ?? Mac;
}

/// <summary>Finds certificates by what they are: issuer and serial number, fingerprint, or the request that they were issued for. Thread-safe.</summary>
public sealed class RevocableCertificates(NpgsqlDataSource dataSource)
{
    internal const string Columns = """
        c.request_id, c.authority, c.serial_number, c.der, c.sha256, c.not_after, s.kind, s.provider_id, s.fqdn, s.mac, s.serial, s.submitted_by,
        o.stations, r.reason, r.revoked_at, r.asker
        """;

    internal const int Count = 16;

    /// <summary>The same without the certificate itself, for many at once: nothing that is decided there needs its key.</summary>
    internal static readonly string Light = Columns.Replace("c.der", "''::bytea", StringComparison.Ordinal);

    internal const string From = """
        sa.certificate c join sa.signing_request s on s.id = c.request_id
            left join sa.production_order o on o.id = s.order_id
            left join sa.revoked r on r.request_id = c.request_id and r.authority = c.authority
        """;

    /// <summary>The other certificates of the unit and key that a certificate ($1, $2) is for.</summary>
    internal const string SelectOfKey = $"""
        with own as (
            select s.mac, s.issue, c.spki_sha256 from sa.certificate c join sa.signing_request s on s.id = c.request_id
            where c.request_id = $1 and c.authority = $2)
        select {Columns} from {From}
        where c.request_id in (
                select n.id from own join sa.signing_request n on n.mac = own.mac and n.issue = own.issue where n.kind = 'Device' and n.active
                union all
                select n.id from own join sa.signing_request n on n.mac = own.mac and n.issue = own.issue where n.kind = 'ResignedDevice' and n.active)
            and c.spki_sha256 = (select spki_sha256 from own) and (c.request_id, c.authority) <> ($1, $2)
        order by c.authority
        """;

    private const string SelectSerial =
        $"select {Columns} from {From} where c.request_id = sa.request_of_serial($1, $2) and c.authority = $1";

    private const string SelectFingerprint = $"select {Columns} from {From} where c.sha256 = $1";

    private const string SelectRequest = $"select {Columns} from {From} where c.request_id = $1 order by c.authority";

    public async Task<RevocableCertificate?> FindAsync(
        string authority,
        CertificateSerialNumber serial,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectSerial);
        command.Parameters.AddValue(authority);
        command.Parameters.AddValue(serial.ToBytes());
        return (await ReadAsync(command, cancellation)).FirstOrDefault();
    }

    /// <param name="sha256">Over the DER.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<RevocableCertificate?> FindAsync(byte[] sha256, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectFingerprint);
        command.Parameters.AddValue(sha256);
        return (await ReadAsync(command, cancellation)).FirstOrDefault();
    }

    /// <summary>All of a request.</summary>
    public async Task<IReadOnlyList<RevocableCertificate>> FindAsync(SigningRequestId request, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectRequest);
        command.Parameters.AddValue(request.Value);
        return await ReadAsync(command, cancellation);
    }

    internal static async Task<List<RevocableCertificate>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new List<RevocableCertificate>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(Read(row));
        return found;
    }

    internal static RevocableCertificate Read(NpgsqlDataReader row) =>
        new(
            new SigningRequestId(row.GetGuid(0)),
            new RevocableFacts(
                row.GetString(1),
                CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(2)),
                row.GetFieldValue<byte[]>(3),
                Enum.Parse<RequestKind>(row.GetString(6)),
                row.GetFieldValue<Guid?>(7),
                row.IsDBNull(12) ? null : row.GetFieldValue<string[]>(12),
                row.GetString(11),
                (RevocationReason?)row.GetFieldValue<short?>(13),
                // Whatever kind of request it was issued for.
                IsDevice: !row.IsDBNull(9)
            )
            {
                ChangedBy = Enum.TryParse<RevocationAsker>(Text(row, 15), out var asker) ? asker : null,
            },
            row.GetFieldValue<byte[]>(4),
            row.GetFieldValue<DateTimeOffset>(5),
            Text(row, 8),
            Text(row, 9),
            Text(row, 10),
            row.GetFieldValue<DateTimeOffset?>(14)
        );

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
