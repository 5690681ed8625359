using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Lanes;

namespace SigningAuthority.Api.Health;

/// <summary>Whether this service can do its whole job, and if not what it waits for. Each status is "ready" or "waiting".</summary>
internal sealed record Readiness(string Status, PartStatus Database, PartStatus Token, PartStatus Log);

internal sealed record PartStatus(string Status, string Detail)
{
    public static PartStatus Ready(string detail) => new("ready", detail);

    public static PartStatus Waiting(string detail) => new("waiting", detail);

    public bool IsReady => Status == "ready";
}

/// <summary>GET /health/ready. Of tokens and log this process knows what the Signers last said of themselves.</summary>
internal sealed class CheckReadiness(SignerHeartbeats heartbeats, Checkpoints checkpoints)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    private static readonly Lane[] SigningLanes = [Lane.Provider, Lane.Device];

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var readiness = await CheckAsync(context.RequestAborted);
        return Results.Json(readiness, statusCode: readiness.Status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<Readiness> CheckAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var beats = await heartbeats.ReadRecentAsync(FreshFor, patience.Token);
            var checkpoint = await checkpoints.LatestAsync(patience.Token);
            return Sum(PartStatus.Ready("answers"), TokenStatus(beats), LogStatus(beats, checkpoint));
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever it is, it is between us and the database; the details stand in the log, not in a public answer.
            var unknown = PartStatus.Waiting("not known while the database is away");
            return Sum(PartStatus.Waiting("does not answer"), unknown, unknown);
        }
    }

    private static Readiness Sum(PartStatus database, PartStatus token, PartStatus log) =>
        new(database.IsReady && token.IsReady && log.IsReady ? "ready" : "waiting", database, token, log);

    private static PartStatus TokenStatus(IReadOnlyList<SignerHeartbeat> beats)
    {
        var lanes = SigningLanes.Select(lane => LaneStatus(lane, beats)).ToList();
        var detail = string.Join("; ", lanes.Select(lane => lane.Detail));
        return lanes.TrueForAll(lane => lane.IsReady) ? PartStatus.Ready(detail) : PartStatus.Waiting(detail);
    }

    private static PartStatus LaneStatus(Lane lane, IReadOnlyList<SignerHeartbeat> beats)
    {
        var ofLane = beats.Where(beat => beat.Lane.Contains(lane.ToString())).ToList();
        if (ofLane.Find(beat => beat.TokenOk) is { } good)
            return PartStatus.Ready($"lane {lane}: {good.TokenDetail}");
        return PartStatus.Waiting(ofLane is [var bad, ..] ? $"lane {lane}: {bad.TokenDetail}" : $"lane {lane}: no Signer has said anything for {FreshFor.TotalSeconds:0} seconds");
    }

    private static PartStatus LogStatus(IReadOnlyList<SignerHeartbeat> beats, StoredCheckpoint? checkpoint)
    {
        var lane = LaneStatus(Lane.Log, beats);
        if (!lane.IsReady)
            return lane;
        return checkpoint is null ? PartStatus.Waiting("no checkpoint has been signed yet") : PartStatus.Ready($"{checkpoint.TreeSize} entries, signed {checkpoint.SignedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
    }
}
