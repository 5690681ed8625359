using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Revocations;

/// <summary>A certificate whose revocation its provider asked for, or that was replaced.</summary>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it.</param>
/// <param name="Replacement">The issued request that took its place, where that is the reason.</param>
public sealed record RequestedRevocation(
    SigningRequestId RequestId,
    string Authority,
    CertificateSerialNumber SerialNumber,
    byte[] Sha256,
    string? Fqdn,
    string Reason,
    string? Note,
    string RequestedBy,
    DateTimeOffset At,
    SigningRequestId? Replacement
);

/// <summary>Requests to revoke certificates: evidence, kept for ever. What acts on them (CRL, OCSP) reads sa.certificate_revocation. Thread-safe.</summary>
public sealed class RevocationRequests(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string Insert = """
        insert into sa.revocation_request (id, request_id, authority, reason, note, requested_by)
        select gen_random_uuid(), $1, authority, $3, $4, $5 from unnest($2::text[]) as authority
        on conflict on constraint revocation_request_once do nothing
        returning authority
        """;

    private const string Select = """
        select v.request_id, v.authority, i.serial_number, i.sha256, r.fqdn, v.reason, v.note, v.requested_by, v.at, v.replacement
        from sa.certificate_revocation v join sa.certificate i using (request_id, authority) join sa.signing_request r on r.id = v.request_id
        order by v.at desc limit $1
        """;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Writes down what is asked for, with its entries. Saying it again changes nothing and leaves no entry. As role sa_api.</summary>
    /// <param name="certificates">Of one request, at least one.</param>
    /// <param name="fqdn">The server's name, for the log.</param>
    /// <param name="reason">The holder's.</param>
    /// <param name="note">The holder's words, or null.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe: it can be said again.</param>
    /// <returns>How many were not asked for with this reason before.</returns>
    public async Task<int> AddAsync(
        IReadOnlyList<IssuedCertificate> certificates,
        string? fqdn,
        RevocationReason reason,
        string? note,
        string actor,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var added = await InsertAsync(connection, certificates, reason, note, actor, cancellation);
        var now = _time.GetUtcNow();
        await AppendLogEntries.AddAsync(
            connection,
            [
                .. certificates
                    .Where(certificate => added.Contains(certificate.Authority))
                    .Select(certificate => ToEntry(certificate, fqdn, reason, note, actor, now)),
            ],
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        return added.Count;
    }

    /// <summary>The newest, for operators.</summary>
    public async Task<IReadOnlyList<RequestedRevocation>> ListAsync(int limit, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(limit);
        var found = new List<RequestedRevocation>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new RequestedRevocation(
                    new SigningRequestId(row.GetGuid(0)),
                    row.GetString(1),
                    CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(2)),
                    row.GetFieldValue<byte[]>(3),
                    row.IsDBNull(4) ? null : row.GetString(4),
                    row.GetString(5),
                    row.IsDBNull(6) ? null : row.GetString(6),
                    row.GetString(7),
                    row.GetFieldValue<DateTimeOffset>(8),
                    row.IsDBNull(9) ? null : new SigningRequestId(row.GetGuid(9))
                )
            );
        return found;
    }

    private static async Task<HashSet<string>> InsertAsync(
        NpgsqlConnection connection,
        IReadOnlyList<IssuedCertificate> certificates,
        RevocationReason reason,
        string? note,
        string actor,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.AddValue(certificates[0].RequestId.Value);
        command.Parameters.AddColumn(certificates, certificate => certificate.Authority);
        command.Parameters.AddValue(reason.Name());
        command.Parameters.AddValue(note);
        command.Parameters.AddValue(actor);
        var added = new HashSet<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            added.Add(reader.GetString(0));
        return added;
    }

    private static RevocationRequested ToEntry(
        IssuedCertificate certificate,
        string? fqdn,
        RevocationReason reason,
        string? note,
        string actor,
        DateTimeOffset now
    ) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = fqdn,
            RequestId = certificate.RequestId.Value,
            Fingerprint = Convert.ToHexStringLower(certificate.Sha256),
            Authority = certificate.Authority,
            SerialNumber = certificate.SerialNumber.Hex,
            Reason = reason.Name(),
            Note = note,
        };
}
