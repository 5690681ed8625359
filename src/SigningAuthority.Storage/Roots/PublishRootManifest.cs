using System.Security.Cryptography;
using Npgsql;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Issuance.Roots.Lint;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Roots;

/// <summary>
/// Publishes the roots as they stand: a new version of the manifest when something has changed, and none otherwise. Any number of instances
/// may try: one at a time has the lock. One call at a time for each instance.
/// </summary>
/// <param name="dataSource">As role sa_signer.</param>
/// <param name="publication">Key, names and clock.</param>
public sealed class PublishRootManifest(NpgsqlDataSource dataSource, RootPublication publication)
{
    // Whatever the server's default: what is going to be signed is on disk first. And whoever stands still with the lock loses it soon.
    // A row that the front door can't lock, which an advisory lock would be.
    private const string Begin = """
        with turn as materialized (select one from sa.root_turn for update skip locked)
        select exists (select from turn), set_config('synchronous_commit', 'on', true),
            set_config('idle_in_transaction_session_timeout', '5s', true)
        """;

    private const string Newest = """
        select m.version, m.at, m.manifest, s.version is not null, a.signer, a.asked_at > now() - $1::interval
        from sa.root_manifest m
            left join sa.root_manifest_signature s using (version)
            left join lateral (select signer, asked_at from sa.root_manifest_signing g where g.version = m.version order by id desc limit 1) a on true
        order by m.version desc limit 2
        """;

    private const string Recorded = "select authority, der, spki from sa.authority_certificate where der is not null";

    private const string InsertManifest = "insert into sa.root_manifest (version, at, manifest) values ($1, $2, $3)";

    private const string InsertSigning = "insert into sa.root_manifest_signing (version, signer) values ($1, $2)";

    // Another instance may have thought that this one had ended, and signed the same octets.
    private const string InsertSignature =
        "insert into sa.root_manifest_signature (version, signature) values ($1, $2) on conflict do nothing";

    private const string PlanNotices = """
        insert into sa.notice (kind, provider_id, contact_id, root_version)
        select 'Roots', k.provider_id, k.id, $1 from sa.contact k where k.removed_at is null
        on conflict do nothing
        """;

    // What this instance has asked for already. Two Signers with different configurations, one of them yet to be renewed, must not
    // exchange the manifest back and forth: each says what it knows once, and again only when that changes.
    private byte[]? _asked;

    /// <summary>
    /// One step: two durable transactions around one signature. The first says what is going to be signed, the second publishes it; after a
    /// crash between them the same version is signed, never another one of its number.
    /// </summary>
    /// <param name="roots">In the order in which they are listed.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>The version that was published; null where nothing was to be, or another instance is at it.</returns>
    /// <exception cref="InvalidOperationException">Lint found something in the manifest; nothing was written, nothing is signed.</exception>
    public async Task<long?> RunAsync(IReadOnlyList<PublishedRoot> roots, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        if (await WriteDownAsync(connection, roots, cancellation) is not { } pending)
            return null;

        var signature = await publication.Sign(pending.Manifest, cancellation);
        return await PublishAsync(connection, pending, signature, cancellation) ? pending.Version : null;
    }

    /// <summary>The first transaction.</summary>
    /// <returns>What is to be signed; null where that is nothing.</returns>
    private async Task<PendingManifest?> WriteDownAsync(
        NpgsqlConnection connection,
        IReadOnlyList<PublishedRoot> roots,
        CancellationToken cancellation
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TryLockAsync(connection, cancellation))
            return null;

        // 1. A version that was written down is signed before there is another, by who asked for it or, when that has ended, by any.
        var rows = await ReadNewestAsync(connection, cancellation);
        var newest = rows.Count > 0 ? rows[0] : null;
        if (newest is { IsSigned: false })
        {
            if (newest.AskedBy != publication.Signer && newest.IsAskedLately)
                return null;
            await RequireCleanAsync(connection, newest.Manifest, roots, cancellation);
            await InsertSigningAsync(connection, newest.Version, cancellation);
            await transaction.CommitAsync(cancellation);
            return Pending(newest.Manifest, rows.Count > 1 ? rows[1].Manifest : null);
        }

        // 2. Nothing has changed, or it is not news to this instance.
        var view = Encode(roots, 1, DateTimeOffset.UnixEpoch);
        if (view.AsSpan().SequenceEqual(_asked) || (newest is not null && IsSame(newest, roots)))
        {
            _asked = view;
            return null;
        }

        // 3. The new version, that the key is going to be asked, and the entry: all or nothing.
        var now = publication.Time.GetUtcNow();
        var at = After(newest?.At, DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()));
        var next = Pending(Encode(roots, (newest?.Version ?? 0) + 1, at), newest?.Manifest);
        await RequireCleanAsync(connection, next.Manifest, roots, cancellation);
        await InsertManifestAsync(connection, next, at, cancellation);
        await InsertSigningAsync(connection, next.Version, cancellation);
        await AppendLogEntries.AddAsync(connection, [Intended(next, now)], cancellation);
        await transaction.CommitAsync(cancellation);
        _asked = view;
        return next;
    }

    /// <summary>
    /// Another Signer's clock may be behind, and two versions may be of one second; who asks for what changed since a date (RFC 9110
    /// §13.1.3) must hear of each.
    /// </summary>
    private static DateTimeOffset After(DateTimeOffset? newest, DateTimeOffset now) =>
        newest is { } before && before >= now ? before.AddSeconds(1) : now;

    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Begin, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<IReadOnlyList<Row>> ReadNewestAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Newest, connection);
        command.Parameters.AddValue(publication.Patience);
        var rows = new List<Row>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(
                new Row(
                    row.GetInt64(0),
                    row.GetFieldValue<DateTimeOffset>(1),
                    row.GetFieldValue<byte[]>(2),
                    row.GetBoolean(3),
                    row.IsDBNull(4) ? null : row.GetString(4),
                    !row.IsDBNull(5) && row.GetBoolean(5)
                )
            );
        }

        return rows;
    }

    /// <summary>
    /// Written down now or by another before: only what shows the recorded certificates gets as far as the key. What was written down by
    /// another configuration may list roots that are not given here; the record has them all.
    /// </summary>
    private static async Task RequireCleanAsync(
        NpgsqlConnection connection,
        byte[] manifest,
        IReadOnlyList<PublishedRoot> roots,
        CancellationToken cancellation
    )
    {
        var recorded = roots.ToDictionary(root => root.Id, root => new RecordedRoot(root.Der, root.SubjectPublicKeyInfo));
        await using (var command = new NpgsqlCommand(Recorded, connection))
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
                recorded[row.GetString(0)] = new RecordedRoot(row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2));
        }

        var findings = LintRootManifest.Find(manifest, recorded);
        if (findings.Count > 0)
            throw new InvalidOperationException("The manifest of the roots is not signed: lint: " + string.Join("; ", findings));
    }

    /// <summary>But for number and time, which these are given too.</summary>
    private bool IsSame(Row newest, IReadOnlyList<PublishedRoot> roots) =>
        Encode(roots, newest.Version, newest.At).AsSpan().SequenceEqual(newest.Manifest);

    private byte[] Encode(IReadOnlyList<PublishedRoot> roots, long version, DateTimeOffset at) =>
        RootManifest.Of(publication.Origin, version, at, roots).Encode();

    private static PendingManifest Pending(byte[] manifest, byte[]? before)
    {
        var read = RootManifest.Read(manifest);
        return new PendingManifest(read.Version, manifest, RootChange.Between(before is null ? null : RootManifest.Read(before), read));
    }

    private static async Task InsertManifestAsync(
        NpgsqlConnection connection,
        PendingManifest next,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(InsertManifest, connection);
        command.Parameters.AddValue(next.Version);
        command.Parameters.AddValue(at.UtcDateTime);
        command.Parameters.AddValue(next.Manifest);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task InsertSigningAsync(NpgsqlConnection connection, long version, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(InsertSigning, connection);
        command.Parameters.AddValue(version);
        command.Parameters.AddValue(publication.Signer);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The second transaction.</summary>
    /// <returns>False when another instance was faster: its signature stands.</returns>
    private async Task<bool> PublishAsync(
        NpgsqlConnection connection,
        PendingManifest pending,
        byte[] signature,
        CancellationToken cancellation
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = new NpgsqlCommand(InsertSignature, connection);
        insert.Parameters.AddValue(pending.Version);
        insert.Parameters.AddValue(signature);
        if (await insert.ExecuteNonQueryAsync(cancellation) == 0)
            return false;

        if (pending.Version > 1 && pending.Changes.Count > 0)
        {
            await using var plan = new NpgsqlCommand(PlanNotices, connection);
            plan.Parameters.AddValue(pending.Version);
            await plan.ExecuteNonQueryAsync(cancellation);
        }

        await AppendLogEntries.AddAsync(connection, [Published(pending, signature)], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private RootsIntended Intended(PendingManifest next, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = publication.Signer,
            ManifestVersion = next.Version,
            ManifestSha256 = Digest(next.Manifest),
            Changes = [.. next.Changes.Select(change => $"{change.Root.Id}: {change.Kind.ToString().ToLowerInvariant()}")],
        };

    private RootsPublished Published(PendingManifest pending, byte[] signature) =>
        new()
        {
            At = publication.Time.GetUtcNow(),
            Actor = publication.Signer,
            ManifestVersion = pending.Version,
            ManifestSha256 = Digest(pending.Manifest),
            SignatureSha256 = Digest(signature),
        };

    private static string Digest(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));

    private sealed record Row(long Version, DateTimeOffset At, byte[] Manifest, bool IsSigned, string? AskedBy, bool IsAskedLately);
}
