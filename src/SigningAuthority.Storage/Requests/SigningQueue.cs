using System.Diagnostics.CodeAnalysis;
using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Requests;

/// <summary>
/// The key room's view of the requests: one instance of one Signer claims, and only it may finish what it claimed while its
/// lease stands. Thread-safe; any number of instances share the queue.
/// </summary>
/// <param name="dataSource">As role sa_signer.</param>
/// <param name="instance">Different for each start of each process.</param>
/// <param name="maximumAttempts">Claims that count; a request that spent them is failed by <see cref="FailExhaustedAsync"/>.</param>
/// <param name="time">For log entries; leases go by the database's clock.</param>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, and the design calls it one.")]
public sealed class SigningQueue(NpgsqlDataSource dataSource, Guid instance, int maximumAttempts = 5, TimeProvider? time = null)
{
    private const string Renew = """
        update sa.signing_request r set due_at = now() + $2
        from (select id from sa.signing_request where id = any($3) and state = 'Signing' and leased_by = $1 order by id for update) held
        where r.id = held.id
        """;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// Takes up to <paramref name="limit"/> requests that are due, the oldest first: queued ones, and those whose
    /// lease ran out. Each claim counts as an attempt.
    /// </summary>
    /// <param name="lane">Whose keys this Signer holds.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="lease">From now.</param>
    /// <param name="alsoOwn">False while this instance works on others of the lane: that their lease ran out makes them nobody else's work.</param>
    /// <param name="cancellation">Abandoning is safe: the lease runs out.</param>
    public Task<IReadOnlyList<ClaimedRequest>> ClaimAsync(
        Lane lane,
        int limit,
        TimeSpan lease,
        bool alsoOwn = true,
        CancellationToken cancellation = default
    ) => ClaimRequests.RunAsync(dataSource, instance, maximumAttempts, lane, limit, lease, alsoOwn, cancellation);

    /// <summary>Makes the leases of these requests end later. Those that are another's by now, or done, are left alone.</summary>
    /// <param name="requests">Of this instance.</param>
    /// <param name="lease">From now.</param>
    /// <param name="cancellation">Abandoning is safe: the lease runs out.</param>
    public async Task RenewAsync(IReadOnlyList<SigningRequestId> requests, TimeSpan lease, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Renew);
        command.Parameters.AddValue(instance);
        command.Parameters.AddValue(lease);
        command.Parameters.AddColumn(requests, id => id.Value);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Puts requests back into the queue, claimable after <paramref name="delay"/>. Those that are another's by now are left alone.</summary>
    /// <param name="requests">Of this instance.</param>
    /// <param name="delay">From now.</param>
    /// <param name="countAttempt">False where the request was not to blame: the token was away.</param>
    /// <param name="reason">Kept in the row for the operator, never shown to the caller.</param>
    /// <param name="cancellation">Abandoning is safe: the lease runs out.</param>
    public async Task ReleaseAsync(
        IReadOnlyList<SigningRequestId> requests,
        TimeSpan delay,
        bool countAttempt,
        string? reason = null,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Release("id = any($5)"));
        AddRelease(command.Parameters, delay, countAttempt, reason);
        command.Parameters.AddColumn(requests, id => id.Value);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The same for all that this instance holds in a lane, also what it does not know of because a claim's answer was lost.</summary>
    public async Task ReleaseAllAsync(
        Lane lane,
        TimeSpan delay,
        bool countAttempt,
        string? reason = null,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Release("lane = $5"));
        AddRelease(command.Parameters, delay, countAttempt, reason);
        command.Parameters.AddValue(lane.ToString());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// One durable transaction for the batch: what is going to be signed, what is refused, and the entries of both. The key
    /// may be used for these intents once this returns, and not before.
    /// </summary>
    /// <param name="intents">One for each request and authority, each with its <see cref="CertificateIntended"/> among the entries.</param>
    /// <param name="refused">Final at once, each with its <see cref="RequestRefused"/> among the entries.</param>
    /// <param name="entries">All of them.</param>
    /// <param name="cancellation">Abandoning is safe before the key was used.</param>
    /// <exception cref="LeaseLostException">Nothing was written.</exception>
    /// <exception cref="SerialNumberTakenException">A serial number was drawn that its authority has used. Nothing was written; draw again.</exception>
    public Task CommitIntentsAsync(
        IReadOnlyList<NewIntent> intents,
        IReadOnlyList<RefusedRequest> refused,
        IReadOnlyList<LogEntry> entries,
        CancellationToken cancellation = default
    ) => CommitIntents.RunAsync(dataSource, instance, intents, refused, entries, cancellation);

    /// <summary>
    /// One durable transaction for the batch: the certificates, their entries, and Issued for each request that now has a certificate
    /// of every authority. A certificate that is there with the same bytes is left out together with its entry, so repeating is safe.
    /// </summary>
    /// <param name="certificates">Each with its <see cref="CertificateIssued"/> among the entries, which carries the same fingerprint.</param>
    /// <param name="entries">All of them.</param>
    /// <param name="cancellation">Better none: after a signature the record must be written.</param>
    /// <exception cref="LeaseLostException">Nothing was written; the other holder of the lease finishes the same bytes.</exception>
    /// <exception cref="InvalidOperationException">A certificate is there with other bytes. Nothing was written.</exception>
    public Task CommitCertificatesAsync(
        IReadOnlyList<NewCertificate> certificates,
        IReadOnlyList<LogEntry> entries,
        CancellationToken cancellation = default
    ) => CommitCertificates.RunAsync(dataSource, instance, certificates, entries, cancellation);

    /// <summary>Gives a request up; an operator may retry it.</summary>
    /// <param name="request">Of this instance.</param>
    /// <param name="reason">Kept in the row for the operator, never shown to the caller.</param>
    /// <param name="entry">Its <see cref="RequestFailed"/>.</param>
    /// <param name="cancellation">Abandoning is safe: the lease runs out.</param>
    /// <exception cref="LeaseLostException">Nothing was written.</exception>
    public Task FailAsync(SigningRequestId request, string reason, LogEntry entry, CancellationToken cancellation = default) =>
        FailRequests.FailAsync(dataSource, instance, request, reason, entry, cancellation);

    /// <summary>Fails the due requests whose attempts are spent, whoever claimed them last.</summary>
    /// <returns>How many.</returns>
    public Task<int> FailExhaustedAsync(CancellationToken cancellation = default) =>
        FailRequests.FailExhaustedAsync(dataSource, instance, maximumAttempts, _time, cancellation);

    private static string Release(string which) =>
        $"""
            update sa.signing_request r
            set state = 'Queued', leased_by = null, due_at = now() + $2, attempts = greatest(r.attempts - $3, 0), failure = coalesce($4, r.failure)
            from (select id from sa.signing_request where {which} and open and state = 'Signing' and leased_by = $1 order by id for update) held
            where r.id = held.id
            """;

    private void AddRelease(NpgsqlParameterCollection parameters, TimeSpan delay, bool countAttempt, string? reason)
    {
        parameters.AddValue(instance);
        parameters.AddValue(delay);
        parameters.AddValue(countAttempt ? 0 : 1);
        parameters.AddValue(reason);
    }
}
