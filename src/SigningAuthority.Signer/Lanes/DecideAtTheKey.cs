using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.KeyPairs;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// Decides policy a second time, on the stored bytes and on facts gathered anew: nothing that the front door says of a
/// request is believed. Facts for a whole batch are gathered in three queries.
/// </summary>
internal sealed class DecideAtTheKey(
    IssuancePolicy policy,
    LaneAuthorities authorities,
    Providers providers,
    Stations stations,
    ProductionOrders orders,
    Units units,
    SignedOrders signedOrders,
    PublicKeyUses keys,
    KeyPairsAtTheKey keyPairs,
    Predecessors predecessors,
    CertifiedDevices certified,
    ApprovalEvidences approvals,
    ApprovalModes modes,
    TimeProvider time
)
{
    private static readonly Rule Inconsistent = new(
        "request-inconsistent",
        "the key room believes the request's bytes, not what the front door says of them"
    );
    private static readonly Rule StationRevoked = new("station-revoked", "a station draws certificates while it is enrolled");

    public Task<IReadOnlyList<DecidedRequest>> RunAsync(IReadOnlyList<ClaimedRequest> claimed, CancellationToken cancellation) =>
        RunAsync(claimed, afterOfficers: true, cancellation);

    /// <summary>As the door would decide now, before any officer is asked. Never what something is signed by.</summary>
    public Task<IReadOnlyList<DecidedRequest>> TryAsync(IReadOnlyList<ClaimedRequest> requests, CancellationToken cancellation) =>
        RunAsync(requests, afterOfficers: false, cancellation);

    private async Task<IReadOnlyList<DecidedRequest>> RunAsync(
        IReadOnlyList<ClaimedRequest> claimed,
        bool afterOfficers,
        CancellationToken cancellation
    )
    {
        if (claimed.Count == 0)
            return [];

        var requests = claimed.Select(work => work.Request).ToList();
        var providerIds = requests.Select(request => request.ProviderId).OfType<Guid>().Distinct().ToList();
        var stationIds = requests.Select(request => request.StationId).OfType<Guid>().Distinct().ToList();
        // Those that every line asks for go to the database side by side: none depends on another, and a batch waits for the slowest alone.
        var uses = keys.FindAsync([.. requests.Select(request => request.PublicKeySha256)], cancellation);
        var working = stationIds.Count == 0 ? null : stations.FindWorkingAsync(stationIds, cancellation);
        var ordered = await OrdersAsync(requests, cancellation);
        var facts = new BatchFacts(
            await uses,
            providerIds.Count == 0 ? null : await providers.NamesAsync(providerIds, cancellation),
            working is null ? null : await working,
            ordered,
            await ReissueEvidence.GatherAsync(units, orders, requests, cancellation),
            await KeyPairsAsync(requests, ordered, cancellation),
            await LineageFacts.GatherAsync(predecessors, requests, cancellation),
            await ResigningAsync(requests, cancellation),
            afterOfficers ? await approvals.GatherAsync(requests, cancellation) : null,
            providerIds.Count == 0 ? null : await modes.OfProvidersAsync(providerIds, cancellation)
        );
        return [.. requests.AsParallel().AsOrdered().Select(request => new DecidedRequest(request, Decide(request, facts)))];
    }

    /// <summary>What is said of a station that was revoked after it had asked.</summary>
    public static Violation NotEnrolled() =>
        StationRevoked.BrokenBy(
            "station",
            "an enrolled station",
            "a revoked one",
            "The station that asked is no longer enrolled.",
            "enrol the station again, then ask again"
        );

    private PolicyDecision Decide(SigningRequestRecord request, BatchFacts facts)
    {
        var outcome = ReadCertificationRequest.Read(request.Csr);
        if (outcome.Request is not { } csr)
            return PolicyDecision.Refuse(outcome.Violations);
        if (request.StationId is { } station && request.Kind != RequestKind.ResignedDevice && facts.Stations?.ContainsKey(station) != true)
            return PolicyDecision.Refuse([NotEnrolled()]);

        // Facts were looked up by the columns; a front door that fills in others than the bytes have would blind the rules.
        if (!csr.Key.Sha256.AsSpan().SequenceEqual(request.PublicKeySha256) || !csr.Sha256.AsSpan().SequenceEqual(request.CsrSha256))
            return PolicyDecision.Refuse([
                Inconsistent.BrokenBy(
                    "csr",
                    "the digests of the request's bytes",
                    "others",
                    "The stored request contradicts itself.",
                    "submit the request again; if it happens again, call the operator"
                ),
            ]);

        var history = facts.Keys[Convert.ToHexStringLower(csr.Key.Sha256)].ToHistory(request.Kind, request.ProviderId, request.Mac);
        var available = authorities.Available with { AskedAt = request.SubmittedAt };
        return request.Kind switch
        {
            RequestKind.ProvisioningServer => policy.Decide(
                new ProvisioningServerFacts(csr, request.Devices, NamesOf(request, facts), history, available, request.Authorities)
                {
                    Succession = facts.Lineage.SuccessionOf(request),
                    KeyReportedCompromised = facts.Lineage.IsCompromised(csr),
                    ApprovalModes = facts.Modes?.GetValueOrDefault(request.ProviderId ?? default) ?? new Dictionary<string, ApprovalMode>(),
                    Approval = facts.Approvals?[request.Id],
                }
            ),
            RequestKind.Device or RequestKind.TestDevice => policy.Decide(
                new DeviceFacts(csr, request.Mac, request.Serial, request.Product, history, available, request.Authorities)
                {
                    IsTest = request.Kind == RequestKind.TestDevice,
                    Draw = DrawOf(request, facts),
                    HasKeyOfAuthority = IsMadeFor(request, facts),
                    IsTried = facts.Approvals is null,
                    Reissue = facts.Reissues.Of(request),
                }
            ),
            RequestKind.ResignedDevice => policy.Decide(
                new ResigningFacts(
                    csr,
                    request.Mac,
                    request.Serial,
                    request.Product,
                    request.Issue,
                    history,
                    available,
                    request.Authorities,
                    facts.Resigning.GetValueOrDefault(request.Succeeds ?? default)
                )
            ),
            _ => policy.Decide(
                new InfrastructureFacts(request.Kind, csr, history, available)
                {
                    Authority = request.Authorities is [var only] ? only : null,
                }
            ),
        };
    }

    private async Task<IReadOnlyDictionary<Guid, ProductionOrder>> OrdersAsync(
        IReadOnlyList<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var ids = requests.Select(request => request.OrderId).OfType<Guid>().ToHashSet();
        return ids.Count == 0
            ? new Dictionary<Guid, ProductionOrder>()
            : (await signedOrders.CheckAsync(await orders.FindManyAsync(ids, cancellation), cancellation)).ToDictionary(order => order.Id);
    }

    /// <summary>Asked for where an order has its keys from here alone: devices that make their own cost nothing more.</summary>
    private async Task<IReadOnlyDictionary<string, KeyPair>> KeyPairsAsync(
        IReadOnlyList<SigningRequestRecord> requests,
        IReadOnlyDictionary<Guid, ProductionOrder> orders,
        CancellationToken cancellation
    )
    {
        var ofOrders = requests
            .Where(request => request.OrderId is { } id && orders.GetValueOrDefault(id)?.KeySource == KeySource.Authority)
            .Select(request => request.PublicKeySha256)
            .ToList();
        return ofOrders.Count == 0 ? new Dictionary<string, KeyPair>() : await keyPairs.FindByKeysAsync(ofOrders, cancellation);
    }

    /// <summary>What is to be signed anew is asked for by operators alone: it costs a line nothing.</summary>
    private Task<IReadOnlyDictionary<Guid, CertificateBefore>> ResigningAsync(
        IReadOnlyList<SigningRequestRecord> requests,
        CancellationToken cancellation
    ) =>
        certified.FindAsync(
            [.. requests.Where(request => request.Kind == RequestKind.ResignedDevice).Select(request => request.Succeeds).OfType<Guid>()],
            cancellation
        );

    private static bool IsMadeFor(SigningRequestRecord request, BatchFacts facts) =>
        facts.KeyPairs.Count > 0
        && facts.KeyPairs.GetValueOrDefault(Convert.ToHexStringLower(request.PublicKeySha256)) is { State: not KeyPairState.Abandoned } pair
        && pair.Mac == request.Mac
        && pair.Serial == request.Serial
        && pair.Product == request.Product;

    /// <summary>Judged as of when it came in, which the database wrote down: what waits here while its order ends was asked for in time.</summary>
    private static Draw? DrawOf(SigningRequestRecord request, BatchFacts facts) =>
        // Without a station nothing was drawn, whatever the front door wrote; what is only tried comes without one.
        request.OrderId
            is { } order
        && (request.StationId is not null || facts.Approvals is null)
            ? new Draw(
                facts.Orders.GetValueOrDefault(order),
                $"{order}",
                request.StationId is { } station ? facts.Stations![station].Name : "",
                request.SubmittedAt
            )
            : null;

    private IReadOnlyList<RegisteredName> NamesOf(SigningRequestRecord request, BatchFacts facts) =>
        request.ProviderId is { } provider && facts.Names is { } names
            ? [.. names[provider].Select(name => name.ToFact(time.GetUtcNow()))]
            : [];

    private sealed record BatchFacts(
        ILookup<string, PublicKeyUse> Keys,
        ILookup<Guid, ProviderName>? Names,
        IReadOnlyDictionary<Guid, Station>? Stations,
        IReadOnlyDictionary<Guid, ProductionOrder> Orders,
        ReissueEvidence Reissues,
        IReadOnlyDictionary<string, KeyPair> KeyPairs,
        LineageFacts Lineage,
        IReadOnlyDictionary<Guid, CertificateBefore> Resigning,
        IReadOnlyDictionary<SigningRequestId, ApprovalEvidence>? Approvals,
        IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, ApprovalMode>>? Modes
    );
}
