using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
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
        for (var i = 0; i < group.Count; i++)
        {
            var decided = Decide(group[i], draws[i], uses);
            if (decided.Approved is { } approved && ToRow(group[i], draws[i], approved) is var row)
                accepted.Add((i, row, ToEntry(group[i], draws[i], row)));
            else
                outcomes[i] = IntakeOutcome.Refuse(EnvelopeDefects.KindOf(decided.Violations), decided.Violations);
        }

        var submitted = await submissions.SubmitAsync([.. accepted.Select(a => (a.Row, (LogEntry)a.Entry))], cancellation);
        foreach (var ((index, row, _), outcome) in accepted.Zip(submitted))
            outcomes[index] = outcome.Inserted ? IntakeOutcome.Queued : ExplainConflict(row, draws[index], outcome);

        var exhausted = accepted
            .Zip(submitted)
            .Where(pair => pair.Second.Conflict == Conflict.OrderQuantity)
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

    private async Task<ILookup<string, PublicKeyUse>> FindKeyUsesAsync(IReadOnlyList<Intake> group, CancellationToken cancellation)
    {
        var keys = group.Select(intake => intake.Submission.Request?.Key.Sha256).OfType<byte[]>().ToList();
        return keys.Count == 0 ? Array.Empty<PublicKeyUse>().ToLookup(use => "") : await keyUses.FindAsync(keys, cancellation);
    }

    private (ApprovedRequest? Approved, IReadOnlyList<Violation> Violations) Decide(
        Intake intake,
        Draw draw,
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
            new DeviceFacts(request, submission.Mac, submission.Serial, submission.Product, history, authorities.Current.Available)
            {
                Draw = draw,
            }
        );
        return submission.Violations.Count == 0
            ? (decision.Approved, decision.Violations)
            : (null, [.. submission.Violations, .. decision.Violations]);
    }

    private DeviceIdentity IdentityOf(DeviceSubmission submission) =>
        new(submission.Mac, submission.Serial, submission.Product, authorities.Current.Available);

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

    /// <summary>A station that repeats itself gets what it got before; anything else that is taken stays taken.</summary>
    private static IntakeOutcome ExplainConflict(NewSigningRequest row, Draw draw, SubmitOutcome outcome)
    {
        if (outcome.Conflict == Conflict.OrderQuantity)
            return IntakeOutcome.Refuse(ProblemKinds.Refused, [ExhaustedOrder.Explain(draw.Order!)]);

        var existing = outcome.Existing!;
        return outcome.Conflict switch
        {
            Conflict.Mac when !existing.PublicKeySha256.AsSpan().SequenceEqual(row.PublicKeySha256) => Taken(
                EnvelopeRules.DeviceKeyDiffers.BrokenBy(
                    "csr.publicKey",
                    "the key that the device has its certificate for",
                    "another key",
                    $"The device {row.Mac} has a certificate, or will have, for another key (request {existing.Id}).",
                    "send the first key's CSR again; for a repaired device ask the operator for a reissue"
                )
            ),
            Conflict.Mac when existing.Serial != row.Serial || existing.Product != row.Product => Taken(
                EnvelopeRules.DeviceIdentityDiffers.BrokenBy(
                    "serial",
                    $"{existing.Serial}, {existing.Product}",
                    $"{row.Serial}, {row.Product}",
                    $"The device {row.Mac} was certified with another serial number or product.",
                    "read the unit's label again"
                )
            ),
            Conflict.Mac => IntakeOutcome.Repeat(existing),
            Conflict.Serial => Taken(
                EnvelopeRules.SerialTaken.BrokenBy(
                    "serial",
                    "a serial number of this device alone",
                    row.Serial!,
                    $"The serial number belongs to the device {existing.Mac}.",
                    "read the unit's label again"
                )
            ),
            _ => Taken(
                EnvelopeRules.KeyTaken.BrokenBy(
                    "csr.publicKey",
                    "a key that no other device has",
                    "a device's key",
                    "This key is certified for a device already.",
                    "let the device make a key of its own"
                )
            ),
        };
    }

    private static IntakeOutcome Taken(Violation violation) => IntakeOutcome.Refuse(ProblemKinds.DeviceConflict, [violation]);
}
