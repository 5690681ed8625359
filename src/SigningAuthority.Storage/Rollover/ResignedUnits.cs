using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Storage.Rollover;

/// <summary>What later generations made of a unit's certificate. Thread-safe.</summary>
public sealed class ResignedUnits(NpgsqlDataSource dataSource)
{
    private static readonly string Select = $"""
        select c.request_id, c.authority, c.serial_number, c.der, c.sha256, c.spki_sha256, c.not_before, c.not_after, c.issued_at
        from sa.signing_request s, lateral (select * from sa.certificate c where c.request_id = s.id offset 0) c
        where s.kind = 'ResignedDevice' and s.active and s.mac = $1 and s.issue = $2 and s.spki_sha256 = $3 and {NotRevoked.Of("c")}
        order by c.issued_at desc limit 1
        """;

    /// <summary>The request with the newest certificate that there is for it: its own, or that of the newest generation which signed it anew.</summary>
    public async Task<RequestWithCertificates> NewestOfAsync(RequestWithCertificates unit, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(unit.Request.Mac!);
        command.Parameters.AddValue((short)unit.Request.Issue);
        command.Parameters.AddValue(unit.Request.PublicKeySha256);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? unit with { Certificates = [Read(row)] } : unit;
    }

    private static IssuedCertificate Read(NpgsqlDataReader row) =>
        new()
        {
            RequestId = new SigningRequestId(row.GetGuid(0)),
            Authority = row.GetString(1),
            SerialNumber = CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(2)),
            Der = row.GetFieldValue<byte[]>(3),
            Sha256 = row.GetFieldValue<byte[]>(4),
            PublicKeySha256 = row.GetFieldValue<byte[]>(5),
            NotBefore = row.GetFieldValue<DateTimeOffset>(6),
            NotAfter = row.GetFieldValue<DateTimeOffset>(7),
            IssuedAt = row.GetFieldValue<DateTimeOffset>(8),
        };
}
