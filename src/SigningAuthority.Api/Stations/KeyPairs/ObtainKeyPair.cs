using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.KeyPairs;

namespace SigningAuthority.Api.Stations.KeyPairs;

/// <summary>What became of a station's wish for a key pair: the pair, or why there is none.</summary>
/// <param name="Pair">Set when the unit has one.</param>
/// <param name="Problem">Set otherwise.</param>
internal sealed record ObtainedKeyPair(KeyPair? Pair, ProblemKind? Problem, IReadOnlyList<Violation> Violations, Guid? Id)
{
    public static ObtainedKeyPair Of(KeyPair pair) => new(pair, null, [], pair.Id);

    public static ObtainedKeyPair Refuse(ProblemKind kind, params IReadOnlyList<Violation> violations) => new(null, kind, violations, null);
}

/// <summary>
/// Gets a unit its key pair from the key room: the one that it has, or a new one that policy lets it have. What is made there can be read
/// by the station that asks and by nobody else, this process included.
/// </summary>
internal sealed class ObtainKeyPair(
    IssuancePolicy policy,
    AuthorityConfiguration configuration,
    KnownOrders orders,
    PublishedAuthorities authorities,
    KeyPairDesk pairs,
    FinishedKeyPairs finished,
    Hosting.ApiSettings settings,
    TimeProvider time
)
{
    private static readonly Rule OtherStation = new(
        "key-of-another-station",
        "a private key travels encrypted to the station that asked for it, and to no other"
    );

    public async Task<ObtainedKeyPair> RunAsync(Caller station, DeviceSubmission submission, string? source, CancellationToken cancellation)
    {
        if (submission.Violations.Count > 0)
            return ObtainedKeyPair.Refuse(
                EnvelopeDefects.KindOf(submission.Violations),
                submission.IsReadable ? [.. submission.Violations, .. policy.Judge(IdentityOf(submission))] : submission.Violations
            );

        // What the unit has, it keeps, whatever became of the order meanwhile. What can be no unit of ours is not looked up.
        var pair = policy.Judge(IdentityOf(submission)).Count == 0 ? await FindAsync(submission, cancellation) : null;
        if (pair is null)
        {
            var draw = await orders.FindDrawAsync(station, submission, cancellation);
            if (FindAgainst(submission, draw) is { Count: > 0 } violations)
                return ObtainedKeyPair.Refuse(ProblemKinds.Refused, violations);
            pair = await AskAsync(station, submission, draw.Order!, source, cancellation);
        }

        // By name: a station that was enrolled again is the same one, whether it still has the key for the envelope or not.
        if (pair.RequestedBy != station.Actor)
            return ObtainedKeyPair.Refuse(
                ProblemKinds.DeviceConflict,
                OtherStation.BrokenBy(
                    "generateKey",
                    "the station that the unit's key was made for",
                    "another station",
                    "The unit has a key that only another station can read.",
                    "draw the unit at the station that asked first; if that is gone: operator key abandon MAC --reason …"
                )
            );
        return await finished.UntilAsync(pair.Id, settings.StationWait, cancellation) switch
        {
            null or { State: KeyPairState.Abandoned } => new ObtainedKeyPair(null, ProblemKinds.StillQueued, [], pair.Id),
            { State: KeyPairState.Refused } refused => ObtainedKeyPair.Refuse(ProblemKinds.Refused, refused.Violations),
            { } made => ObtainedKeyPair.Of(made),
        };
    }

    private async Task<KeyPair?> FindAsync(DeviceSubmission submission, CancellationToken cancellation) =>
        submission is { PlainMac: { } mac, Serial: { } serial, Product: { } product }
            ? await pairs.FindAsync(mac, serial, product, cancellation)
            : null;

    private DeviceIdentity IdentityOf(DeviceSubmission submission) =>
        new(submission.Mac, submission.Serial, submission.Product, authorities.Available);

    private IReadOnlyList<Violation> FindAgainst(DeviceSubmission submission, Draw draw)
    {
        var violations = policy.Judge(new KeyPairFacts(submission.Mac, submission.Serial, submission.Product, draw, authorities.Available));
        // Counted where units are drawn; here it only keeps keys from being made in vain.
        return violations.Count == 0 && draw.Order is { HasUnits: false } order ? [ExhaustedOrder.Explain(order)] : violations;
    }

    private async Task<KeyPair> AskAsync(
        Caller station,
        DeviceSubmission submission,
        ProductionOrder order,
        string? source,
        CancellationToken cancellation
    )
    {
        var now = time.GetUtcNow();
        var wanted = new KeyPair
        {
            Id = Guid.CreateVersion7(now),
            OrderId = order.Id,
            StationId = station.Id,
            Mac = submission.PlainMac!,
            Serial = submission.Serial!,
            Product = submission.Product!,
            RequestedBy = station.Actor,
        };
        var entry = new KeyPairRequested
        {
            At = now,
            Actor = station.Actor,
            Subject = wanted.Mac,
            Mac = wanted.Mac,
            Serial = wanted.Serial,
            KeyPairId = wanted.Id,
            Order = order.Name,
            Product = wanted.Product,
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
            SourceAddress = source,
        };
        return await pairs.AskAsync(wanted, entry, cancellation)
            ? wanted
            // Somebody asked for the same unit at the same moment.
            : await FindAsync(submission, cancellation) ?? throw new TimeoutException("A key pair was there and is not there.");
    }
}
