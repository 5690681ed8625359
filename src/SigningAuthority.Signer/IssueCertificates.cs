using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Health;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Ocsp;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer;

/// <summary>
/// The one way a certificate comes into being, for every lane and kind, on batches of one or of hundreds. What is signed
/// was written down first; what an interrupted run wrote down is signed as it stands, so that a crash, a retry or two
/// Signers end in the same bytes (RSA PKCS#1 v1.5 is deterministic).
/// </summary>
internal sealed partial class IssueCertificates(
    SigningQueue queue,
    RenewLeases leases,
    LaneAuthorities authorities,
    CurrentShards shards,
    DecideAtTheKey decide,
    ResponderKeys responderKeys,
    LanesAtWork atWork,
    AuthorityConfiguration configuration,
    UnsafeInterruption interruption,
    SignerIdentity identity,
    SignerSettings settings,
    SignerMetrics metrics,
    TimeProvider time,
    ILogger<IssueCertificates> logger
)
{
    // What faults left under our lease, by lane: handed back before anything new is claimed there, and when the lane ends.
    private readonly ConcurrentDictionary<Lane, AbandonedWork> _abandoned = new();

    /// <summary>
    /// Claims up to <paramref name="limit"/> requests of a lane, commits what is to be signed for them, and goes on with the signing
    /// while the caller begins the next batch.
    /// </summary>
    /// <param name="lane">Whose keys are here.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="alsoOwn">False while another batch of the lane is on its way, whose leases may have run out.</param>
    /// <param name="stopping">Abandons the batch; one that was begun goes on.</param>
    /// <remarks>One call at a time for each lane; any number of begun batches may be on their way to the end.</remarks>
    /// <exception cref="Exception">Any fault; what was claimed is abandoned, see <see cref="HandBackAsync"/>. Also those of the batch's end.</exception>
    public async Task<BegunBatch> BeginAsync(Lane lane, int limit, bool alsoOwn, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        try
        {
            var batch = await IntendAsync(lane, limit, alsoOwn, stopping);
            return new BegunBatch(
                batch.Claimed,
                batch.Claimed == 0 ? Task.CompletedTask : Task.Run(() => EndAsync(batch, started), CancellationToken.None)
            );
        }
        catch (Exception fault)
        {
            Abandon(lane, fault, stopping);
            throw;
        }
    }

    /// <summary>Puts back into the queue what a fault or a stop left under our lease in this lane, if anything.</summary>
    /// <remarks>Not while another batch of the lane is on its way: its requests would go with the rest.</remarks>
    public async Task HandBackAsync(Lane lane, CancellationToken cancellation)
    {
        if (!_abandoned.TryGetValue(lane, out var work))
            return;
        await queue.ReleaseAllAsync(lane, work.Delay, work.CountAttempt, work.Reason, cancellation);
        _abandoned.TryRemove(lane, out _);
    }

    /// <summary>The first half, up to the first durable commit.</summary>
    private async Task<IntendedBatch> IntendAsync(Lane lane, int limit, bool alsoOwn, CancellationToken stopping)
    {
        // 1. Claim under a lease. A Signer that dies loses its lease and nothing else: the rows are claimable again.
        var claimed = await queue.ClaimAsync(lane, limit, settings.Lease, alsoOwn, stopping);
        var batch = claimed.ToDictionary(work => work.Request.Id);
        if (claimed.Count == 0)
            return new IntendedBatch(lane, 0, batch, []);
        var count = claimed.Count;

        await authorities.RefreshAsync(stopping);
        await shards.RefreshAsync(stopping);
        claimed = await WithoutForeignRespondersAsync(claimed, batch, stopping);

        // 2. Gather the facts anew and decide policy again: the door may be compromised, names withdrawn, the
        //    configuration changed. Requests with intents were decided when those were committed.
        var decisions = await decide.RunAsync([.. claimed.Where(work => work.Intents.Count == 0)], stopping);

        // 3. Draw a serial number for each certificate, 4. encode its to-be-signed bytes and lint those very bytes.
        var prepared = PrepareAll(decisions);
        foreach (var unfit in prepared.Where(work => work.Fault is not null))
            await GiveUpAsync(batch, unfit.Request, unfit.Fault!);

        // 5. Commit intents and refusals with their log entries: one durable transaction for the batch. From here on
        //    every signature that could come into being is accounted for.
        interruption.At(IssuanceStep.Claimed);
        await CommitIntentsAsync(batch, prepared);
        interruption.At(IssuanceStep.IntentsCommitted);
        return new IntendedBatch(lane, count, batch, prepared);
    }

    /// <summary>The second half: what was written down is signed, and what was signed is written down.</summary>
    private async Task EndAsync(IntendedBatch intended, long started)
    {
        var (lane, claimed, batch, prepared) = intended;
        using var ended = new CancellationTokenSource();
        atWork.Begin();
        _ = leases.RenewAsync([.. batch.Keys], ended.Token);
        try
        {
            // 6. Sign, on all cores. 7. Verify each signature with the authority's own certificate, and that the
            //    certificate holds the intent's bytes: a faulty token must not get a bad certificate past this line.
            var signed = await SignAndVerifyAsync(batch, prepared);
            interruption.At(IssuanceStep.Signed);

            // 8. Commit certificates, their log entries and the requests' states: the second durable transaction. Not
            //    cancelled by a shutdown: what was signed is recorded.
            await CommitCertificatesAsync(batch, signed);
            interruption.At(IssuanceStep.CertificatesCommitted);
            metrics.BatchDone(lane, claimed, signed.Count, prepared.Count(work => work.Violations.Count > 0), time.GetElapsedTime(started));
        }
        catch (Exception fault)
        {
            Abandon(lane, fault, CancellationToken.None);
            throw;
        }
        finally
        {
            atWork.End();
            await ended.CancelAsync();
        }
    }

    /// <summary>
    /// A token or a database that was away, or a stop that was asked for, is not the requests' fault: they keep their place and their
    /// attempts. A claim whose answer was lost is abandoned like any other: without this it would wait for the end of its lease.
    /// </summary>
    private void Abandon(Lane lane, Exception fault, CancellationToken stopping)
    {
        var isTheirs = fault is not KeyStoreException && !stopping.IsCancellationRequested && !DatabaseFaults.IsTransient(fault);
        var delay =
            isTheirs ? TimeSpan.FromSeconds(2)
            : fault is KeyStoreException ? TimeSpan.FromSeconds(1)
            : TimeSpan.Zero;
        var abandoned = new AbandonedWork(delay, isTheirs, stopping.IsCancellationRequested ? null : fault.Message);
        // Of several batches that failed together the one that is to blame decides.
        _abandoned.AddOrUpdate(lane, abandoned, (_, former) => former.CountAttempt ? former : abandoned);
    }

    /// <summary>
    /// Who answers in an authority's name is decided by whose token has the key. A request for a key of elsewhere is left to the Signer that has
    /// it; where none of the lane has, its attempts run out.
    /// </summary>
    private async Task<IReadOnlyList<ClaimedRequest>> WithoutForeignRespondersAsync(
        IReadOnlyList<ClaimedRequest> claimed,
        Dictionary<SigningRequestId, ClaimedRequest> batch,
        CancellationToken stopping
    )
    {
        var foreign = await responderKeys.FindForeignAsync(claimed.Select(work => work.Request), stopping);
        foreach (var id in foreign)
        {
            const string Elsewhere = "The responder's key is not in this Signer's token.";
            LogUnfit(id, Elsewhere);
            await queue.ReleaseAsync([id], Backoff(batch[id]), countAttempt: true, Elsewhere, stopping);
            batch.Remove(id);
        }

        return foreign.Count == 0 ? claimed : [.. claimed.Where(work => batch.ContainsKey(work.Request.Id))];
    }

    private List<PreparedRequest> PrepareAll(IReadOnlyList<DecidedRequest> decisions) =>
        [
            .. decisions
                .AsParallel()
                .AsOrdered()
                .Select(decided => PrepareRequest.Run(decided, authorities, configuration, shards, time.GetUtcNow())),
        ];

    private async Task CommitIntentsAsync(Dictionary<SigningRequestId, ClaimedRequest> batch, List<PreparedRequest> prepared)
    {
        await WithoutLostLeasesAsync(
            batch,
            () =>
            {
                var mine = prepared.Where(work => batch.ContainsKey(work.Request.Id)).ToList();
                var refused = mine.Where(work => work.Violations.Count > 0).ToList();
                var intents = mine.SelectMany(work => work.Intents).ToList();
                return intents.Count + refused.Count == 0
                    ? Task.CompletedTask
                    : queue.CommitIntentsAsync(
                        intents,
                        [.. refused.Select(work => new RefusedRequest(work.Request.Id, work.Violations))],
                        [.. mine.SelectMany(work => work.EntriesOfIntents(identity.Actor, time.GetUtcNow(), configuration))],
                        CancellationToken.None
                    );
            }
        );
        foreach (var refused in prepared.Where(work => work.Violations.Count > 0))
            batch.Remove(refused.Request.Id);
    }

    private async Task<List<NewCertificate>> SignAndVerifyAsync(
        Dictionary<SigningRequestId, ClaimedRequest> batch,
        List<PreparedRequest> prepared
    )
    {
        // What an earlier claim finished needs no second signature.
        var recovered = batch.Values.SelectMany(work =>
            work.Intents.Where(intent => work.Certificates.All(done => done.Authority != intent.Authority))
        );
        var fresh = prepared.Where(work => batch.ContainsKey(work.Request.Id)).SelectMany(work => work.Intents);
        var outcomes = SignAll([.. recovered.Concat(fresh)], batch);

        foreach (var bad in outcomes.Where(outcome => outcome.Fault is not null).DistinctBy(outcome => outcome.Intent.RequestId))
        {
            LogBadSignature(bad.Intent.RequestId, bad.Fault!);
            await queue.ReleaseAsync(
                [bad.Intent.RequestId],
                Backoff(batch[bad.Intent.RequestId]),
                countAttempt: true,
                bad.Fault,
                CancellationToken.None
            );
            batch.Remove(bad.Intent.RequestId);
        }

        return [.. outcomes.Where(outcome => batch.ContainsKey(outcome.Intent.RequestId)).Select(outcome => outcome.Certificate!)];
    }

    private List<SignedIntent> SignAll(List<NewIntent> intents, Dictionary<SigningRequestId, ClaimedRequest> batch)
    {
        try
        {
            return [.. intents.AsParallel().Select(intent => Sign(intent, batch[intent.RequestId].Request))];
        }
        catch (AggregateException faults) when (faults.Flatten().InnerExceptions.OfType<KeyStoreException>().FirstOrDefault() is { } fault)
        {
            // PLINQ wraps whatever its threads threw.
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }

    private SignedIntent Sign(NewIntent intent, SigningRequestRecord request)
    {
        var signed = SignIntent.Run(intent, request, authorities);
        leases.Signed();
        return signed;
    }

    private Task CommitCertificatesAsync(Dictionary<SigningRequestId, ClaimedRequest> batch, List<NewCertificate> signed) =>
        WithoutLostLeasesAsync(
            batch,
            () =>
            {
                var mine = signed.Where(certificate => batch.ContainsKey(certificate.RequestId)).ToList();
                return queue.CommitCertificatesAsync(
                    mine,
                    [
                        .. mine.Select(certificate =>
                            SignIntent.EntryOf(certificate, batch[certificate.RequestId], identity.Actor, time.GetUtcNow())
                        ),
                    ],
                    CancellationToken.None
                );
            }
        );

    /// <summary>Repeats a commit without the requests whose lease was lost on the way: their new holder finishes them, with the same bytes.</summary>
    private async Task WithoutLostLeasesAsync(Dictionary<SigningRequestId, ClaimedRequest> batch, Func<Task> commit)
    {
        while (true)
        {
            try
            {
                await commit();
                return;
            }
            catch (LeaseLostException lost) when (lost.Requests.Any(batch.ContainsKey))
            {
                LogLeaseLost(lost.Requests.Count);
                foreach (var id in lost.Requests)
                    batch.Remove(id);
            }
        }
    }

    /// <summary>A defect of ours, not of the request: nothing is signed, an operator is to look.</summary>
    private async Task GiveUpAsync(Dictionary<SigningRequestId, ClaimedRequest> batch, SigningRequestRecord request, string fault)
    {
        LogUnfit(request.Id, fault);
        batch.Remove(request.Id);
        await queue.FailAsync(
            request.Id,
            fault,
            new RequestFailed
            {
                At = time.GetUtcNow(),
                Actor = identity.Actor,
                Subject = request.LogSubject(),
                RequestId = request.Id.Value,
                Mac = request.Mac,
                Serial = request.Serial,
                Reason = fault,
                Attempts = request.Attempts,
            },
            CancellationToken.None
        );
    }

    private static TimeSpan Backoff(ClaimedRequest work) => TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, work.Request.Attempts)));

    private sealed record AbandonedWork(TimeSpan Delay, bool CountAttempt, string? Reason);

    private sealed record IntendedBatch(
        Lane Lane,
        int Claimed,
        Dictionary<SigningRequestId, ClaimedRequest> Requests,
        List<PreparedRequest> Prepared
    );

    [LoggerMessage(LogLevel.Error, "Request {RequestId} is not signed: {Fault}")]
    private partial void LogUnfit(SigningRequestId requestId, string fault);

    [LoggerMessage(LogLevel.Error, "The signature for request {RequestId} is not used: {Fault}")]
    private partial void LogBadSignature(SigningRequestId requestId, string fault);

    [LoggerMessage(LogLevel.Warning, "{Count} leases were lost on the way; their new holder finishes those requests")]
    private partial void LogLeaseLost(int count);
}
