using Npgsql;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Storage.Revocations;

/// <summary>What became of a certificate, as CRL and OCSP tell it.</summary>
/// <param name="Reason">CertificateHold while it is on hold; RemoveFromCrl once released.</param>
/// <param name="RevokedAt">Whole seconds.</param>
public sealed record RevokedCertificate(
    string Authority,
    CertificateSerialNumber SerialNumber,
    Guid RequestId,
    DateTimeOffset NotAfter,
    RevocationReason Reason,
    DateTimeOffset RevokedAt,
    Guid? RecallId
)
{
    /// <summary>Revoked or on hold: a verifier is to refuse it.</summary>
    public bool IsEffective => Reason != RevocationReason.RemoveFromCrl;
}

/// <summary>Effective revocations: what the key room decided. Thread-safe.</summary>
public sealed class RevokedCertificates(NpgsqlDataSource dataSource)
{
    private const string Columns = "authority, serial_number, request_id, not_after, reason, revoked_at, recall_id";

    private const string SelectSerials = $"select {Columns} from sa.revoked where authority = $1 and serial_number = any($2)";

    private const string SelectRequests = $"select {Columns} from sa.revoked where request_id = any($1) order by authority";

    /// <summary>Those that were ever revoked or on hold, released ones too; one that isn't there is good, if it was issued at all.</summary>
    public async Task<IReadOnlyDictionary<CertificateSerialNumber, RevokedCertificate>> FindAsync(
        string authority,
        IReadOnlyCollection<CertificateSerialNumber> serials,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectSerials);
        command.Parameters.AddValue(authority);
        command.Parameters.AddValue(serials.Select(serial => serial.ToBytes()).ToArray());
        return (await ReadAsync(command, cancellation)).ToDictionary(found => found.SerialNumber);
    }

    /// <summary>The same for all certificates of requests.</summary>
    public async Task<ILookup<Guid, RevokedCertificate>> FindOfRequestsAsync(
        IReadOnlyCollection<Guid> requests,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectRequests);
        command.Parameters.AddValue(requests.ToArray());
        return (await ReadAsync(command, cancellation)).ToLookup(found => found.RequestId);
    }

    private static async Task<List<RevokedCertificate>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new List<RevokedCertificate>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new RevokedCertificate(
                    row.GetString(0),
                    CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(1)),
                    row.GetGuid(2),
                    row.GetFieldValue<DateTimeOffset>(3),
                    (RevocationReason)row.GetInt16(4),
                    row.GetFieldValue<DateTimeOffset>(5),
                    row.GetFieldValue<Guid?>(6)
                )
            );
        return found;
    }
}
