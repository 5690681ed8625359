using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Requests;

/// <summary>Writes down what was signed, and finishes the requests.</summary>
internal static class CommitCertificates
{
    // As in ClaimRequests: one look at the index for each request, whatever the table's statistics say.
    private const string ReadExisting = """
        select c.request_id, c.authority, c.der from unnest($1::uuid[]) as wanted(id),
            lateral (select * from sa.certificate c where c.request_id = wanted.id offset 0) c
        """;

    private const string InsertCertificates = """
        insert into sa.certificate (request_id, authority, serial_number, der, sha256, spki_sha256, not_before, not_after)
        select * from unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::timestamptz[], $8::timestamptz[])
        """;

    private const string Finish = """
        update sa.signing_request r set state = 'Issued', leased_by = null, finished_at = now(), failure = null
        from unnest($1::uuid[], $2::text[]) as done(id, authority)
        where r.id = done.id and (r.authorities = array[done.authority] or not exists (
            select from unnest(r.authorities) as wanted(authority)
            where not exists (select from sa.certificate c where c.request_id = r.id and c.authority = wanted.authority)))
        """;

    internal static async Task RunAsync(
        NpgsqlDataSource dataSource,
        Guid instance,
        IReadOnlyList<NewCertificate> certificates,
        IReadOnlyList<LogEntry> entries,
        CancellationToken cancellation
    )
    {
        RequireEvidence(certificates, entries);
        if (certificates.Count == 0)
            return;

        // A transaction in two round trips. What is thrown between them leaves it open, and the connection's return to the pool ends it.
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        var (held, existing) = await LookAsync(connection, instance, certificates, cancellation);
        var missing = Missing(certificates, held, existing);
        await WriteAsync(
            connection,
            missing,
            EntriesOf(missing, certificates, entries),
            [.. certificates.Where(c => held.Contains(c.RequestId))],
            cancellation
        );
    }

    private static async Task<(HashSet<SigningRequestId> Held, Dictionary<(Guid, string), byte[]> Existing)> LookAsync(
        NpgsqlConnection connection,
        Guid instance,
        IReadOnlyList<NewCertificate> certificates,
        CancellationToken cancellation
    )
    {
        Guid[] ids = [.. certificates.Select(c => c.RequestId.Value).Distinct()];
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(HeldRequests.Command(instance, ids));
        // A statement of its own: its snapshot is younger than the locks, so it sees what the former holder committed.
        var read = new NpgsqlBatchCommand(ReadExisting);
        read.Parameters.AddValue(ids);
        batch.BatchCommands.Add(read);

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var held = await HeldRequests.ReadAsync(reader, cancellation);
        await reader.NextResultAsync(cancellation);
        var existing = new Dictionary<(Guid, string), byte[]>();
        while (await reader.ReadAsync(cancellation))
            existing.Add((reader.GetGuid(0), reader.GetString(1)), reader.GetFieldValue<byte[]>(2));
        return (held, existing);
    }

    private static List<NewCertificate> Missing(
        IReadOnlyList<NewCertificate> certificates,
        HashSet<SigningRequestId> held,
        Dictionary<(Guid, string), byte[]> existing
    )
    {
        var missing = new List<NewCertificate>();
        var lost = new HashSet<SigningRequestId>();
        foreach (var certificate in certificates)
        {
            var bytes = existing.GetValueOrDefault((certificate.RequestId.Value, certificate.Authority));
            if (bytes is not null && bytes.AsSpan().SequenceEqual(certificate.Der))
                continue;
            if (!held.Contains(certificate.RequestId))
                lost.Add(certificate.RequestId);
            else if (bytes is not null)
                throw new InvalidOperationException($"Request {certificate.RequestId} has another certificate of {certificate.Authority}.");
            else
                missing.Add(certificate);
        }

        return lost.Count == 0 ? missing : throw new LeaseLostException([.. lost]);
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection,
        List<NewCertificate> missing,
        List<LogEntry> entries,
        List<NewCertificate> done,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        if (missing.Count > 0)
            batch.BatchCommands.Add(Insert(missing));
        AppendLogEntries.AddTo(batch, entries);
        var finish = new NpgsqlBatchCommand(Finish);
        finish.Parameters.AddColumn(done, c => c.RequestId.Value);
        finish.Parameters.AddColumn(done, c => c.Authority);
        batch.BatchCommands.Add(finish);

        // The announcement comes after the commit (see Notifications), in the same round trip. Of a request with several authorities
        // also when only some are done: it says where to look, not what is there.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit") { AppendErrorBarrier = true });
        batch.BatchCommands.Add(Notifications.Finished([.. done.Select(c => c.RequestId).Distinct()]));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlBatchCommand Insert(List<NewCertificate> certificates)
    {
        var command = new NpgsqlBatchCommand(InsertCertificates);
        command.Parameters.AddColumn(certificates, c => c.RequestId.Value);
        command.Parameters.AddColumn(certificates, c => c.Authority);
        command.Parameters.AddColumn(certificates, c => c.SerialNumber.ToBytes());
        command.Parameters.AddColumn(certificates, c => c.Der);
        command.Parameters.AddColumn(certificates, c => c.Sha256);
        command.Parameters.AddColumn(certificates, c => c.PublicKeySha256);
        command.Parameters.AddColumn(certificates, c => c.NotBefore.UtcDateTime);
        command.Parameters.AddColumn(certificates, c => c.NotAfter.UtcDateTime);
        return command;
    }

    private static List<LogEntry> EntriesOf(
        List<NewCertificate> missing,
        IReadOnlyList<NewCertificate> all,
        IReadOnlyList<LogEntry> entries
    )
    {
        if (missing.Count == all.Count)
            return [.. entries];

        var written = missing.Select(c => ((Guid?)c.RequestId.Value, c.Authority)).ToHashSet();
        return [.. entries.Where(e => e is not CertificateIssued issued || written.Contains((issued.RequestId, issued.Authority)))];
    }

    private static void RequireEvidence(IReadOnlyList<NewCertificate> certificates, IReadOnlyList<LogEntry> entries)
    {
        var issued = entries.OfType<CertificateIssued>().Select(e => (e.RequestId, e.Authority, e.Fingerprint)).ToHashSet();
        if (
            !issued.SetEquals(
                certificates.Select(c => ((Guid?)c.RequestId.Value, c.Authority, (string?)Convert.ToHexStringLower(c.Sha256)))
            )
        )
            throw new ArgumentException("Each certificate comes with its own entry, and no entry without one.", nameof(entries));
    }
}
