using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// Decides at the door about a group of devices: facts with one query, decisions in memory, everything that passes and its entries in one
/// transaction, everything refused in another. Safe to repeat for the same group.
/// </summary>
internal sealed class AdmitDevices(
    IssuancePolicy policy,
    AuthorityConfiguration configuration,
    PublicKeyUses keyUses,
    KnownOrders orders,
    PublishedAuthorities authorities,
    SubmitSigningRequests submissions,
    ReissuedUnits reissued,
    SubmitReissue reissues,
    RepeatedDevices repeated,
    RevokedDevices revoked,
    AppendLogEntries log,
    TimeProvider time
)
{
    public async Task<IReadOnlyList<IntakeOutcome>> RunAsync(IReadOnlyList<Intake> group, CancellationToken cancellation)
    {
        var outcomes = new IntakeOutcome?[group.Count];
        var accepted = new List<(int Index, NewSigningRequest Row, RequestSubmitted Entry)>();
        var uses = await FindKeyUsesAsync(group, cancellation);
        var draws = await orders.FindAsync(group, cancellation);
        var units = await reissued.FindAsync(group, cancellation);
        for (var i = 0; i < group.Count; i++)
        {
            if (units[i]?.Repeated is { } earlier)
            {
                outcomes[i] = IntakeOutcome.Repeat(earlier);
                continue;
            }

            var decided = Decide(group[i], draws[i], units[i], uses);
            if (decided.Approved is not { } approved)
                outcomes[i] = IntakeOutcome.Refuse(DeviceConflicts.KindOf(decided.Violations), decided.Violations);
            else if (group[i].Submission.Reissue is { } asked && units[i] is { } unit)
                outcomes[i] = await ReissueAsync(
                    group[i],
                    draws[i],
                    ReissuedUnits.Follow(ToRow(group[i], draws[i], approved), asked, unit)
                );
            else if (ToRow(group[i], draws[i], approved) is var row)
                accepted.Add((i, row, ToEntry(group[i], draws[i], row)));
        }

        var submitted = await submissions.SubmitAsync([.. accepted.Select(a => (a.Row, (LogEntry)a.Entry))], cancellation);
        foreach (var ((index, row, _), outcome) in accepted.Zip(submitted))
            outcomes[index] = outcome.Inserted ? IntakeOutcome.Queued : DeviceConflicts.Explain(row, draws[index], outcome);
        await repeated.ReplaceAsync(group, outcomes, cancellation);
        await revoked.RefuseAsync(outcomes, cancellation);

        var exhausted = accepted
            .Zip(submitted)
            .Where(pair => pair.Second.Conflict == Conflict.OrderQuantity && outcomes[pair.First.Index]!.Refused is not null)
            .Select(pair => pair.First.Index);
        var elsewhere = await FindElsewhereAsync(group, draws, [.. exhausted], cancellation);
        await log.AppendAsync(
            [
                .. Enumerable
                    .Range(0, group.Count)
                    .Where(i => outcomes[i]!.Refused is not null && !elsewhere.Contains(i))
                    .Select(i => ToRefusal(group[i], outcomes[i]!)),
            ],
            cancellation
        );
        if (elsewhere.Count > 0)
            foreach (var (index, outcome) in elsewhere.Zip(await RunAsync([.. elsewhere.Select(i => group[i])], cancellation)))
                outcomes[index] = outcome;
        return outcomes!;
    }

    /// <summary>Where the station left it to us which order is drawn from, another one may have units left.</summary>
    private async Task<List<int>> FindElsewhereAsync(
        IReadOnlyList<Intake> group,
        IReadOnlyList<Draw> draws,
        IReadOnlyList<int> exhausted,
        CancellationToken cancellation
    )
    {
        var open = exhausted.Where(i => group[i].Submission.Order is null).ToList();
        foreach (var id in open.Select(i => draws[i].Order!.Id).Distinct())
            orders.MarkExhausted(id);
        var others = open.Count == 0 ? [] : await orders.FindAsync([.. open.Select(i => group[i])], cancellation);
        return [.. open.Where((_, at) => others[at].Order is { HasUnits: true })];
    }

    /// <summary>One by one: reissues are rare, and each revokes something.</summary>
    private async Task<IntakeOutcome> ReissueAsync(Intake intake, Draw draw, NewSigningRequest row)
    {
        var outcome = await reissues.RunAsync(row, ToEntry(intake, draw, row), row.Note, CancellationToken.None);
        return outcome.Inserted ? IntakeOutcome.Queued : DeviceConflicts.Explain(row, draw, outcome);
    }

    private async Task<ILookup<string, PublicKeyUse>> FindKeyUsesAsync(IReadOnlyList<Intake> group, CancellationToken cancellation)
    {
        var keys = group.Select(intake => intake.Submission.Request?.Key.Sha256).OfType<byte[]>().ToList();
        return keys.Count == 0 ? Array.Empty<PublicKeyUse>().ToLookup(use => "") : await keyUses.FindAsync(keys, cancellation);
    }

    private (ApprovedRequest? Approved, IReadOnlyList<Violation> Violations) Decide(
        Intake intake,
        Draw draw,
        FoundUnit? unit,
        ILookup<string, PublicKeyUse> uses
    )
    {
        var submission = intake.Submission;
        if (submission.Request is not { } request)
            return (
                null,
                submission.IsReadable ? [.. submission.Violations, .. policy.Judge(IdentityOf(submission))] : submission.Violations
            );

        var history = uses[Convert.ToHexStringLower(request.Key.Sha256)]
            .ToHistory(RequestKind.Device, providerId: null, submission.PlainMac);
        var decision = policy.Decide(
            new DeviceFacts(request, submission.Mac, submission.Serial, submission.Product, history, authorities.Available)
            {
                Draw = draw,
                Reissue = unit is { Conflict: null } ? unit.Facts : null,
                HasKeyOfAuthority = submission.WantsKey,
            }
        );
        // A conflict names the unit's certificate, which who has no right to the unit is not told.
        var isOfOrder = !decision.Violations.Any(violation => violation.Code.StartsWith("order-", StringComparison.Ordinal));
        IReadOnlyList<Violation> before =
            unit?.Conflict is { } conflict && isOfOrder ? [.. submission.Violations, conflict] : submission.Violations;
        return before.Count == 0 ? (decision.Approved, decision.Violations) : (null, [.. before, .. decision.Violations]);
    }

    private DeviceIdentity IdentityOf(DeviceSubmission submission) =>
        new(submission.Mac, submission.Serial, submission.Product, authorities.Available);

    private static NewSigningRequest ToRow(Intake intake, Draw draw, ApprovedRequest approved) =>
        new(
            intake.Id,
            RequestKind.Device,
            Lane.Device,
            ProviderId: null,
            StationId: intake.Station.Id,
            approved.Request.Der.ToArray(),
            approved.Request.Sha256,
            approved.Request.Key.Sha256,
            Fqdn: null,
            intake.Submission.PlainMac,
            intake.Submission.Serial,
            intake.Submission.Product,
            Devices: [],
            approved.Authorities,
            Profile: null,
            IdempotencyKey: null,
            Note: null,
            intake.Station.Actor
        )
        {
            OrderId = draw.Order!.Id,
        };

    private RequestSubmitted ToEntry(Intake intake, Draw draw, NewSigningRequest row) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = intake.Station.Actor,
            Subject = row.Mac,
            RequestId = row.Id.Value,
            Mac = row.Mac,
            Serial = row.Serial,
            Kind = row.Kind.ToString(),
            CsrSha256 = Convert.ToHexStringLower(row.CsrSha256),
            PublicKeySha256 = Convert.ToHexStringLower(row.PublicKeySha256),
            Devices = [row.Product!],
            Generations = row.Authorities,
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
            SourceAddress = intake.SourceAddress,
            Order = draw.Order!.Name,
            Succeeds = row.Succession?.Predecessor.Value,
            Succession = row.Succession?.Kind.ToString(),
            Issue = row.ReissueReason is null ? null : row.Issue,
            ReissueReason = row.ReissueReason?.Name(),
        };

    private RequestRefused ToRefusal(Intake intake, IntakeOutcome outcome) =>
        new Refusal(
            intake.Station.Actor,
            outcome.Violations,
            intake.Submission.Request,
            intake.Submission.Mac,
            intake.Submission.PlainMac,
            intake.Submission.Serial
        ).ToEntry(configuration, time.GetUtcNow());
}
