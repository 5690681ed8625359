using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Certificates;

/// <summary>What one generation is about to certify of another: durable before the key signs.</summary>
/// <param name="Issuer">Id of the authority that signs.</param>
/// <param name="Subject">Id of the authority whose key is certified.</param>
/// <param name="ToBeSigned">DER of the TBSCertificate.</param>
public sealed record CrossIntent(
    string Issuer,
    string Subject,
    CertificateSerialNumber SerialNumber,
    byte[] ToBeSigned,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter
);

/// <summary>A certificate that one generation of a root has made of another one.</summary>
/// <param name="Issuer">Id of the authority that signed.</param>
/// <param name="Subject">Id of the authority whose key is certified.</param>
/// <param name="Der">The certificate.</param>
/// <param name="CreatedAt">By the database's clock.</param>
public sealed record CrossCertificateRecord(
    string Issuer,
    string Subject,
    byte[] Der,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    DateTimeOffset CreatedAt
);

/// <summary>Certificates between generations of a root. Writing needs role sa_signer. Thread-safe.</summary>
public sealed class CrossCertificates(NpgsqlDataSource dataSource)
{
    private const string SelectAll = """
        select issuer, subject, der, not_before, not_after, created_at from sa.cross_certificate order by created_at, issuer
        """;

    private const string SelectIntent = """
        select serial_number, to_be_signed, not_before, not_after from sa.cross_intent where issuer = $1 and subject = $2
        """;

    private const string InsertIntent = """
        insert into sa.cross_intent (issuer, subject, serial_number, to_be_signed, not_before, not_after) values ($1, $2, $3, $4, $5, $6)
        """;

    private const string InsertCertificate = """
        insert into sa.cross_certificate (issuer, subject, der, not_before, not_after) values ($1, $2, $3, $4, $5)
        """;

    private const string InsertRevoked = """
        insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at, asker)
        select n.issuer, n.serial_number, n.id, 0, n.not_after, $3, date_trunc('second', now()), 'Operator'
        from sa.cross_intent n join sa.cross_certificate x on x.issuer = n.issuer and x.subject = n.subject
        where n.issuer = $1 and n.subject = $2
        on conflict (authority, serial_number) do nothing
        returning revoked_at
        """;

    /// <summary>All that were made, the oldest first.</summary>
    public async Task<IReadOnlyList<CrossCertificateRecord>> ReadAllAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectAll);
        var found = new List<CrossCertificateRecord>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new CrossCertificateRecord(
                    row.GetString(0),
                    row.GetString(1),
                    row.GetFieldValue<byte[]>(2),
                    row.GetFieldValue<DateTimeOffset>(3),
                    row.GetFieldValue<DateTimeOffset>(4),
                    row.GetFieldValue<DateTimeOffset>(5)
                )
            );
        return found;
    }

    /// <summary>What was written down, signed or not: an interrupted ceremony goes on with these very bytes.</summary>
    public async Task<CrossIntent?> FindIntentAsync(string issuer, string subject, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectIntent);
        command.Parameters.AddValue(issuer);
        command.Parameters.AddValue(subject);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new CrossIntent(
                issuer,
                subject,
                CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(0)),
                row.GetFieldValue<byte[]>(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetFieldValue<DateTimeOffset>(3)
            )
            : null;
    }

    /// <exception cref="AuthorityExistsException">It was written down already; nothing was written.</exception>
    public Task InsertIntentAsync(CrossIntent intent, CrossIntended entry, CancellationToken cancellation = default) =>
        InsertAsync(
            InsertIntent,
            parameters =>
            {
                parameters.AddValue(intent.Issuer);
                parameters.AddValue(intent.Subject);
                parameters.AddValue(intent.SerialNumber.ToBytes());
                parameters.AddValue(intent.ToBeSigned);
                parameters.AddValue(intent.NotBefore.UtcDateTime);
                parameters.AddValue(intent.NotAfter.UtcDateTime);
            },
            intent,
            entry,
            cancellation
        );

    /// <exception cref="AuthorityExistsException">It is there already; nothing was written.</exception>
    public Task InsertCertificateAsync(CrossIntent intent, byte[] der, CrossCreated entry, CancellationToken cancellation = default) =>
        InsertAsync(
            InsertCertificate,
            parameters =>
            {
                parameters.AddValue(intent.Issuer);
                parameters.AddValue(intent.Subject);
                parameters.AddValue(der);
                parameters.AddValue(intent.NotBefore.UtcDateTime);
                parameters.AddValue(intent.NotAfter.UtcDateTime);
            },
            intent,
            entry,
            cancellation
        );

    /// <summary>Puts one that was made on its issuer's lists, for good.</summary>
    /// <param name="issuer">Id of the authority that signed.</param>
    /// <param name="subject">Id of the authority whose key is certified.</param>
    /// <param name="reason">Any but those of a hold.</param>
    /// <param name="entry">From the time on that it is so.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>Since when; null where it was revoked before, or never made.</returns>
    public async Task<DateTimeOffset?> RevokeAsync(
        string issuer,
        string subject,
        RevocationReason reason,
        Func<DateTimeOffset, CertificateRevoked> entry,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        DateTimeOffset since;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await using var command = new NpgsqlCommand(InsertRevoked, connection);
            command.Parameters.AddValue(issuer);
            command.Parameters.AddValue(subject);
            command.Parameters.AddValue((short)reason);
            if (await command.ExecuteScalarAsync(cancellation) is not DateTime at)
                return null;
            since = new DateTimeOffset(at);
            await AppendLogEntries.AddAsync(connection, [entry(since)], cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await Notifications.RevokedAsync(connection, [issuer]);
        return since;
    }

    private async Task InsertAsync(
        string sql,
        Action<NpgsqlParameterCollection> fill,
        CrossIntent intent,
        LogEntry entry,
        CancellationToken cancellation
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            fill(command.Parameters);
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new AuthorityExistsException($"{intent.Issuer} over {intent.Subject}", e);
        }

        await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
