using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Ocsp;

/// <summary>A key that an authority's answers may be signed with.</summary>
/// <param name="Number">1 for an authority's first.</param>
/// <param name="SubjectPublicKeyInfo">DER.</param>
/// <param name="Certificate">DER of the newest that was issued for it and is not revoked; null for none.</param>
/// <param name="LastAskedAt">When a certificate was last asked for; null for never.</param>
/// <param name="IsAsked">A request for a certificate is under way.</param>
/// <param name="InVain">Requests since the last certificate that were refused or given up.</param>
/// <param name="IsCompromised">A certificate of it was revoked because somebody else has the key: it signs nothing any more.</param>
public sealed record OcspResponder(
    string Authority,
    int Number,
    string KeyLabel,
    byte[] SubjectPublicKeyInfo,
    DateTimeOffset CreatedAt,
    byte[]? Certificate,
    DateTimeOffset? LastAskedAt,
    bool IsAsked,
    int InVain = 0,
    bool IsCompromised = false
);

/// <summary>A request for a responder's certificate, with the key where it is new.</summary>
/// <param name="NewKey">Set where the key is not recorded yet.</param>
/// <param name="Entries">Of both acts.</param>
public sealed record ResponderRequest(NewResponderKey? NewKey, NewSigningRequest Request, IReadOnlyList<LogEntry> Entries);

/// <param name="SubjectPublicKeyInfo">DER.</param>
/// <param name="Sha256">Over it.</param>
public sealed record RecordedResponderKey(string Authority, string KeyLabel, byte[] SubjectPublicKeyInfo, byte[] Sha256);

public sealed record NewResponderKey(string Authority, int Number, string KeyLabel, byte[] SubjectPublicKeyInfo);

/// <summary>The keys that OCSP is delegated to, and their certificates. As role sa_signer. Thread-safe.</summary>
public sealed class OcspResponders(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select r.authority, r.number, r.key_label, r.spki, r.created_at, c.der, q.at, coalesce(q.open, false), q.in_vain, k.lost
        from sa.ocsp_responder r
            left join lateral (
                select t.der from sa.certificate t
                    left join sa.revoked v on v.authority = t.authority and v.serial_number = t.serial_number and v.reason <> 8
                where t.spki_sha256 = r.spki_sha256 and t.authority = r.authority and v.authority is null order by t.not_after desc limit 1
            ) c on true
            cross join lateral (
                select exists (
                    select from sa.certificate t join sa.revoked v on v.authority = t.authority and v.serial_number = t.serial_number
                    where t.spki_sha256 = r.spki_sha256 and v.reason = 1) as lost
            ) k
            cross join lateral (
                select max(s.submitted_at) as at, bool_or(s.open) as open,
                    (count(*) filter (where s.state in ('Refused', 'Failed') and s.submitted_at > coalesce(
                        (select max(i.submitted_at) from sa.signing_request i
                            where i.kind = 'OcspResponder' and i.spki_sha256 = r.spki_sha256 and i.state = 'Issued'), '-infinity')))::integer as in_vain
                from sa.signing_request s where s.kind = 'OcspResponder' and s.spki_sha256 = r.spki_sha256
            ) q
        where r.authority = any($1) order by r.authority, r.number
        """;

    private const string SelectKeys = "select authority, key_label, spki, spki_sha256 from sa.ocsp_responder where spki_sha256 = any($1)";

    // One Signer at a time makes a key for an authority; whoever finds another at it looks again later.

    private const string InsertKey = "insert into sa.ocsp_responder (authority, number, key_label, spki) values ($1, $2, $3, $4)";

    // Its own statement: of a row's columns, the key room may write those alone that a responder's request has.
    private const string InsertRequest = """
        insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, profile, submitted_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    /// <summary>All that were ever made for these authorities, the oldest first.</summary>
    public async Task<IReadOnlyList<OcspResponder>> ReadAsync(
        IReadOnlyCollection<string> authorities,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, authorities, cancellation);
    }

    /// <summary>The keys that are recorded under these digests, to be looked for in a token: a row alone proves nothing.</summary>
    public async Task<IReadOnlyList<RecordedResponderKey>> FindKeysAsync(
        IReadOnlyCollection<byte[]> keySha256,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectKeys);
        command.Parameters.AddValue(keySha256.ToArray());
        var found = new List<RecordedResponderKey>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new RecordedResponderKey(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3))
            );
        return found;
    }

    /// <summary>Asks for a responder's certificate, in one transaction with its entries. Of several Signers one does it.</summary>
    /// <param name="authority">Whose responder.</param>
    /// <param name="prepare">Given those that are there now: what is to be asked for, null for nothing. May make a key.</param>
    /// <param name="cancellation">Abandoning is safe: a key that was made is found again by its label.</param>
    /// <returns>False when nothing was asked for.</returns>
    public async Task<bool> RequestAsync(
        string authority,
        Func<IReadOnlyList<OcspResponder>, ResponderRequest?> prepare,
        CancellationToken cancellation = default
    )
    {
        await using var turn = await SignerTurn.TryTakeAsync(dataSource, "ocsp " + authority, cancellation);
        if (turn?.Connection is not { } connection || prepare(await ReadAsync(connection, [authority], cancellation)) is not { } wanted)
            return false;

        // Only now, since a key takes its time.
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (wanted.NewKey is { } key)
            await InsertKeyAsync(connection, key, cancellation);
        await InsertRequestAsync(connection, wanted.Request, cancellation);
        await AppendLogEntries.AddAsync(connection, wanted.Entries, cancellation);
        await transaction.CommitAsync(cancellation);
        await Notifications.QueuedAsync(connection, [wanted.Request.Lane]);
        return true;
    }

    private static async Task<IReadOnlyList<OcspResponder>> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> authorities,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Select, connection);
        command.Parameters.AddValue(authorities.ToArray());
        var found = new List<OcspResponder>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new OcspResponder(
                    row.GetString(0),
                    row.GetInt32(1),
                    row.GetString(2),
                    row.GetFieldValue<byte[]>(3),
                    new DateTimeOffset(row.GetDateTime(4)),
                    row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5),
                    row.IsDBNull(6) ? null : new DateTimeOffset(row.GetDateTime(6)),
                    row.GetBoolean(7),
                    row.GetInt32(8),
                    row.GetBoolean(9)
                )
            );
        return found;
    }

    private static async Task InsertKeyAsync(NpgsqlConnection connection, NewResponderKey key, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(InsertKey, connection);
        command.Parameters.AddValue(key.Authority);
        command.Parameters.AddValue(key.Number);
        command.Parameters.AddValue(key.KeyLabel);
        command.Parameters.AddValue(key.SubjectPublicKeyInfo);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task InsertRequestAsync(NpgsqlConnection connection, NewSigningRequest request, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(InsertRequest, connection);
        command.Parameters.AddValue(request.Id.Value);
        command.Parameters.AddValue(request.Kind.ToString());
        command.Parameters.AddValue(request.Lane.ToString());
        command.Parameters.AddValue(request.Csr);
        command.Parameters.AddValue(request.CsrSha256);
        command.Parameters.AddValue(request.PublicKeySha256);
        command.Parameters.AddValue(request.Authorities.ToArray());
        command.Parameters.AddValue(request.Profile);
        command.Parameters.AddValue(request.SubmittedBy);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
