using System.Text.Json.Serialization;
using SigningAuthority.Api.Access;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;
using SigningAuthority.Storage.Lanes;

namespace SigningAuthority.Api.Health;

/// <summary>
/// Whether this service can do its whole job, and if not what it waits for. Each status is "ready" or "waiting"; that of the evidence
/// is "ready", "differences" or "late" (nothing was compared for half an hour), and does not keep the service from its job.
/// </summary>
internal sealed record Readiness(string Status, PartStatus Database, PartStatus Token, PartStatus Log, PartStatus Evidence);

internal sealed record PartStatus(string Status, string Detail)
{
    public static PartStatus Ready(string detail) => new("ready", detail);

    public static PartStatus Waiting(string detail) => new("waiting", detail);

    [JsonIgnore]
    public bool IsReady => Status == "ready";
}

/// <summary>GET /health/ready. Of tokens and log this process knows what the Signers last said of themselves.</summary>
internal sealed class CheckReadiness(
    SignerHeartbeats heartbeats,
    Checkpoints checkpoints,
    UnsealedEntries unsealed,
    Reconciliations reconciliations,
    TimeProvider time
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);

    // About once a second there is a checkpoint: who waits so long waits for more than its turn.
    private static readonly TimeSpan LongestSealing = TimeSpan.FromSeconds(30);
    private static readonly Lane[] SigningLanes = [Lane.Provider, Lane.Device];

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        // Which token, which library: not for strangers.
        var forOperators = !context.Request.IsHttps || SourceAddress.IsLoopback(context);
        var readiness = await CheckAsync(forOperators, context.RequestAborted);
        return Results.Json(
            readiness,
            statusCode: readiness.Status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }

    private async Task<Readiness> CheckAsync(bool forOperators, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var beats = await heartbeats.ReadRecentAsync(FreshFor, patience.Token);
            var checkpoint = await checkpoints.LatestAsync(patience.Token);
            var waitsSince = await unsealed.OldestAsync(patience.Token);
            var evidence = await reconciliations.LatestAsync(patience.Token);
            return Sum(
                PartStatus.Ready("answers"),
                TokenStatus(beats, forOperators),
                LogStatus(beats, checkpoint, waitsSince, forOperators),
                EvidenceStatus(evidence, forOperators)
            );
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever it is, it is between us and the database; the details stand in the log, not in a public answer.
            var unknown = PartStatus.Waiting("not known while the database is away");
            return Sum(PartStatus.Waiting("does not answer"), unknown, unknown, unknown);
        }
    }

    private static Readiness Sum(PartStatus database, PartStatus token, PartStatus log, PartStatus evidence) =>
        new(database.IsReady && token.IsReady && log.IsReady ? "ready" : "waiting", database, token, log, evidence);

    // That there are differences is for everybody to know; what they are, for operators.
    private PartStatus EvidenceStatus(EvidenceState? evidence, bool forOperators) =>
        evidence switch
        {
            null => PartStatus.Ready("not compared yet"),
            { Differences: 0 } when evidence.IsLate(time.GetUtcNow()) => new PartStatus(
                "late",
                $"nothing was compared since {evidence.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}; all agreed then"
            ),
            { Differences: 0 } => PartStatus.Ready($"{evidence.To} entries agree, compared {evidence.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"),
            _ => new PartStatus("differences", $"{evidence.Differences} differences{(forOperators ? ": " + evidence.First : "")}"),
        };

    private static PartStatus TokenStatus(IReadOnlyList<SignerHeartbeat> beats, bool forOperators)
    {
        var lanes = SigningLanes.Select(lane => LaneStatus(lane, beats, forOperators)).ToList();
        var detail = string.Join("; ", lanes.Select(lane => lane.Detail));
        return lanes.TrueForAll(lane => lane.IsReady) ? PartStatus.Ready(detail) : PartStatus.Waiting(detail);
    }

    private static PartStatus LaneStatus(Lane lane, IReadOnlyList<SignerHeartbeat> beats, bool forOperators)
    {
        var ofLane = beats.Where(beat => beat.Lane.Contains(lane.ToString())).ToList();
        if (ofLane.Find(beat => beat.TokenOk) is { } good)
            return PartStatus.Ready($"lane {lane}: {(forOperators ? good.TokenDetail : "open")}");
        return PartStatus.Waiting(
            ofLane is [var bad, ..]
                ? $"lane {lane}: {(forOperators ? bad.TokenDetail : "away")}"
                : $"lane {lane}: no Signer has said anything for {FreshFor.TotalSeconds:0} seconds"
        );
    }

    private PartStatus LogStatus(
        IReadOnlyList<SignerHeartbeat> beats,
        StoredCheckpoint? checkpoint,
        DateTimeOffset? waitsSince,
        bool forOperators
    )
    {
        var lane = LaneStatus(Lane.Log, beats, forOperators);
        if (!lane.IsReady)
            return lane;
        if (checkpoint is null)
            return PartStatus.Waiting("no checkpoint has been signed yet");

        // Both: a door whose clock is behind writes entries that look old as soon as they are there.
        var patient = time.GetUtcNow() - LongestSealing;
        return waitsSince < patient && checkpoint.SignedAt < patient
            ? PartStatus.Waiting(
                $"not sealed any more: {checkpoint.TreeSize} entries are, those since {waitsSince.Value.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} are not"
            )
            : PartStatus.Ready($"{checkpoint.TreeSize} entries, signed {checkpoint.SignedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
    }
}
