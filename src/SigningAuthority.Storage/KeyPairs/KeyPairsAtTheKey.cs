using Npgsql;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.KeyPairs;

/// <summary>What the key room made of a wanted pair: either a request and an envelope, or why not.</summary>
/// <param name="Made">Null where it is refused.</param>
public sealed record KeyPairOutcome(Guid Id, MadeKeyPair? Made, IReadOnlyList<Violation> Violations, LogEntry Entry);

/// <param name="Csr">DER.</param>
/// <param name="PublicKeySha256">Over the DER of the SubjectPublicKeyInfo.</param>
/// <param name="RecipientSha256">Over the DER of the recipient's certificate.</param>
/// <param name="Envelope">DER.</param>
public sealed record MadeKeyPair(byte[] Csr, byte[] PublicKeySha256, byte[] RecipientSha256, byte[] Envelope);

/// <summary>What the key room does with key pairs. As role sa_signer. Thread-safe.</summary>
public sealed class KeyPairsAtTheKey(NpgsqlDataSource dataSource)
{
    private const string Count = """
        select (select count(*) from (select from sa.key_pair where state = 'Wanted' limit 1000) as w),
            exists (select from sa.production_order
                where key_source = 'Authority' and closed_at is null and not_before <= now() and not_after > now() and drawn < quantity)
        """;

    private const string Claim = $"""
        select {KeyPairRows.Columns} from sa.key_pair k where k.state = 'Wanted' order by k.requested_at, k.id limit $1 for update skip locked
        """;

    private const string Finish = """
        update sa.key_pair k set state = o.state, csr = o.csr, spki_sha256 = o.spki, recipient_sha256 = o.recipient, envelope = o.envelope,
            made_at = case o.state when 'Made' then now() end, violations = o.violations::jsonb
        from unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[])
            as o(id, state, csr, spki, recipient, envelope, violations)
        where k.id = o.id
        """;

    private const string SelectOld =
        $"select {KeyPairRows.Columns} from sa.key_pair k where k.state = 'Made' and k.made_at < $1 order by k.made_at limit $2 for update skip locked";

    private const string Erase = """
        update sa.key_pair set state = 'Erased', envelope = null, erased_at = now(), erased_by = $2 where id = any($1)
        """;

    private const string SelectByKey = $"select {KeyPairRows.Columns} from sa.key_pair k where k.spki_sha256 = any($1)";

    /// <summary>How many are wanted, at most 1,000, and whether an order lets more be wanted.</summary>
    public async Task<(int Wanted, bool IsOrdered)> LookAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Count);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return ((int)row.GetInt64(0), row.GetBoolean(1));
    }

    /// <summary>
    /// Has wanted pairs made, in one transaction with their entries: a Signer that dies on the way leaves them wanted, and no key of it
    /// was ever given away. Several Signers never make the same one.
    /// </summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="makeAsync">An outcome for each that was wanted.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>How many were wanted.</returns>
    public async Task<int> MakeAsync(
        int limit,
        Func<IReadOnlyList<KeyPair>, Task<IReadOnlyList<KeyPairOutcome>>> makeAsync,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var claim = new NpgsqlCommand(Claim, connection);
        claim.Parameters.AddValue(limit);
        var wanted = await KeyPairRows.ReadAsync(claim, cancellation);
        if (wanted.Count == 0)
            return 0;

        var outcomes = await makeAsync(wanted);
        await using var finish = new NpgsqlCommand(Finish, connection);
        finish.Parameters.AddColumn(outcomes, o => o.Id);
        finish.Parameters.AddColumn(outcomes, o => (o.Made is null ? KeyPairState.Refused : KeyPairState.Made).ToString());
        finish.Parameters.AddColumn(outcomes, o => o.Made?.Csr);
        finish.Parameters.AddColumn(outcomes, o => o.Made?.PublicKeySha256);
        finish.Parameters.AddColumn(outcomes, o => o.Made?.RecipientSha256);
        finish.Parameters.AddColumn(outcomes, o => o.Made?.Envelope);
        finish.Parameters.AddColumn(outcomes, o => SigningRequestRows.WriteViolations(o.Violations));
        await finish.ExecuteNonQueryAsync(cancellation);
        await AppendLogEntries.AddAsync(connection, [.. outcomes.Select(o => o.Entry)], cancellation);
        await transaction.CommitAsync(cancellation);
        await Notifications.KeyPairsAsync(connection, outcomes.Select(o => o.Id));
        return wanted.Count;
    }

    /// <summary>Erases envelopes that nobody said to have, with an entry each.</summary>
    /// <param name="madeBefore">Exclusive.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="entryOf">The act's entry.</param>
    /// <returns>How many.</returns>
    public async Task<int> EraseOldAsync(
        DateTimeOffset madeBefore,
        string actor,
        Func<KeyPair, LogEntry> entryOf,
        CancellationToken cancellation = default
    )
    {
        const int limit = 1000;
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var select = new NpgsqlCommand(SelectOld, connection);
        select.Parameters.AddValue(madeBefore.UtcDateTime);
        select.Parameters.AddValue(limit);
        var old = await KeyPairRows.ReadAsync(select, cancellation);
        if (old.Count == 0)
            return 0;

        await using var erase = new NpgsqlCommand(Erase, connection);
        erase.Parameters.AddColumn(old, pair => pair.Id);
        erase.Parameters.AddValue(actor);
        await erase.ExecuteNonQueryAsync(cancellation);
        await AppendLogEntries.AddAsync(connection, [.. old.Select(entryOf)], cancellation);
        await transaction.CommitAsync(cancellation);
        return old.Count;
    }

    /// <summary>The pairs that these keys belong to, by the key's SHA-256 in lower-case hexadecimal.</summary>
    public async Task<IReadOnlyDictionary<string, KeyPair>> FindByKeysAsync(
        IReadOnlyCollection<byte[]> publicKeysSha256,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectByKey);
        command.Parameters.AddValue(publicKeysSha256.ToArray());
        return (await KeyPairRows.ReadAsync(command, cancellation)).ToDictionary(pair => Convert.ToHexStringLower(pair.PublicKeySha256!));
    }
}
