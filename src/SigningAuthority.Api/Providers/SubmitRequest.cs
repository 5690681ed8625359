using SigningAuthority.Api.Access;
using SigningAuthority.Api.Limits;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>POST /api/v1/provider/requests: decides at the door, and puts what passes into the queue with its entry.</summary>
internal sealed class SubmitRequest(
    IssuancePolicy policy,
    AuthorityConfiguration configuration,
    Storage.Access.Providers providers,
    PublicKeyUses keyUses,
    ApprovalPolicy approvalPolicy,
    ApprovalModes approvalModes,
    AwaitedApprovals approvals,
    PublishedAuthorities authorities,
    SubmitSigningRequests submissions,
    SigningRequestQueries queries,
    FollowPredecessor predecessor,
    ShowLineage lineage,
    RefuseAtDoor refuse,
    KeptLimits kept,
    EnforceLimits limits,
    CheckRequest check,
    RequestMetrics metrics,
    TimeProvider time
)
{
    public async Task<IResult> HandleAsync(HttpContext context) => await SubmitAsync(context, await ReadUpload.ReadAsync(context.Request));

    /// <summary>Decides on what was uploaded, or stands as if it was: a stored CSR that is to be certified once more.</summary>
    public async Task<IResult> SubmitAsync(HttpContext context, Upload sent)
    {
        var caller = Caller.Of(context);
        if (
            await limits.RefuseAsync(context, sent.Parameters.DryRun ? LimitNames.DryRunsPerMinute : LimitNames.SubmissionsPerHour) is
            { } limited
        )
            return limited;

        var upload = await predecessor.AddDevicesAsync(sent, caller.Id, context.RequestAborted);
        var key = context.Request.Headers["Idempotency-Key"] is [{ } text] ? text : null;
        var envelope = upload
            .Violations.Concat(EnvelopeDefects.Find(key, upload.Note))
            .Concat(upload.ParameterViolations)
            .Concat(EnvelopeDefects.FindKeys(upload.Devices.Select((device, index) => ($"devices[{index}]", (string?)device))))
            .ToList();

        // What could not be taken out of its envelope is not looked at; a readable request is judged in full beside a bad note.
        var read = upload.Violations.Count == 0 ? ReadCertificationRequest.Read(upload.Csr) : new ReadOutcome(null, []);
        if (read.Request is not { } request)
            return await RefuseAsync(caller, [.. envelope, .. read.Violations, .. JudgeBeside(upload)], null, upload);

        var decision = policy.Decide(await GatherAsync(request, upload, caller.Id, context.RequestAborted));
        if (decision.Approved is not { } approved || envelope.Count > 0)
            return await RefuseAsync(caller, [.. envelope, .. decision.Violations], request, upload);

        var row = ToRow(approved, upload, key, caller);
        if (upload.Parameters.DryRun)
            return await check.AcceptAsync(caller, row, request, context.RequestAborted);

        var entry = ToEntry(row, caller, SourceAddress.Of(context));
        var (outcome, breach) = await submissions.SubmitWithinAsync(kept.QuotasOf(caller), row, entry, context.RequestAborted);
        return breach is null ? await AnswerAsync(context, caller, row, request, outcome!) : await limits.ExplainAsync(context, breach);
    }

    /// <summary>Every violation at once: devices are judged beside a request that can't be read, where the upload itself could be.</summary>
    private IReadOnlyList<Violation> JudgeBeside(Upload upload) =>
        upload.Violations.Count > 0 ? [] : policy.Judge(new RequestedDevices(upload.Devices, authorities.Available));

    private async Task<IResult> AnswerAsync(
        HttpContext context,
        Caller caller,
        NewSigningRequest row,
        CertificationRequest request,
        SubmitOutcome outcome
    )
    {
        if (outcome.Conflict == Conflict.IdempotencyKeyReused)
        {
            return await RefuseAsync(
                caller,
                [
                    EnvelopeRules.IdempotencyKeyReused.BrokenBy(
                        "Idempotency-Key",
                        "a new key for a new request",
                        row.IdempotencyKey!,
                        $"This key named another request before: {outcome.Existing!.Id}.",
                        "use a fresh key, such as the output of uuidgen, for each request"
                    ),
                ],
                request
            );
        }

        var id = outcome.Existing?.Id ?? row.Id;
        metrics.Answered(caller.Actor, outcome.Inserted ? "accepted" : "repeated");
        var found =
            await queries.FindOfProviderAsync(caller.Id, id, context.RequestAborted)
            ?? throw new InvalidOperationException($"Request {id} was accepted and is not there.");
        var view = await lineage.AddAsync(
            ProviderRequest.Of(found).Awaiting(await approvals.OfAsync(found.Request, context.RequestAborted)),
            context.RequestAborted
        );
        context.Response.Headers.Location = view.Href;
        // A new request is 202 even where the key room was faster than this answer: callers need one thing to expect.
        var isOver = !outcome.Inserted && found.Request.State.IsFinal();
        return Results.Json(view, statusCode: isOver ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private async Task<ProvisioningServerFacts> GatherAsync(
        CertificationRequest request,
        Upload upload,
        Guid providerId,
        CancellationToken cancellation
    )
    {
        var names = await providers.NamesAsync(providerId, cancellation);
        var uses = await keyUses.FindAsync([request.Key.Sha256], cancellation);
        var facts = new ProvisioningServerFacts(
            request,
            upload.Devices,
            [.. names.Select(name => name.ToFact(time.GetUtcNow()))],
            uses[Convert.ToHexStringLower(request.Key.Sha256)].ToHistory(RequestKind.ProvisioningServer, providerId, mac: null),
            authorities.Available
        )
        {
            ApprovalModes = await approvalModes.OfProviderAsync(providerId, cancellation),
        };
        return await predecessor.AddFactsAsync(facts, upload.Parameters.Succession, providerId, cancellation);
    }

    private NewSigningRequest ToRow(ApprovedRequest approved, Upload upload, string? key, Caller caller) =>
        new(
            SigningRequestId.New(time),
            RequestKind.ProvisioningServer,
            Lane.Provider,
            ProviderId: caller.Id,
            StationId: null,
            approved.Request.Der.ToArray(),
            approved.Request.Sha256,
            approved.Request.Key.Sha256,
            ServerCommonName.Parse(approved.Request.CommonName!).Fqdn.Value,
            Mac: null,
            Serial: null,
            Product: null,
            upload.Devices,
            approved.Authorities,
            Profile: null,
            key,
            upload.Note,
            caller.Actor
        )
        {
            SubmittedToken = caller.TokenId,
            ApprovalsNeeded = approved.RequiredOfficers,
            ApprovalExpiresAt = approved.RequiredOfficers > 0 ? approvalPolicy.EndOfWait(time.GetUtcNow()) : null,
            Addresses = upload.Parameters.Addresses,
            Succession = upload.Parameters.Succession,
        };

    private RequestSubmitted ToEntry(NewSigningRequest row, Caller caller, string? source) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            Subject = row.Fqdn,
            RequestId = row.Id.Value,
            Kind = row.Kind.ToString(),
            CsrSha256 = Convert.ToHexStringLower(row.CsrSha256),
            PublicKeySha256 = Convert.ToHexStringLower(row.PublicKeySha256),
            Devices = row.Devices,
            Generations = row.Authorities,
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
            SourceAddress = source,
            Succeeds = row.Succession?.Predecessor.Value,
            Succession = row.Succession?.Kind.ToString(),
            ApprovalsNeeded = row.ApprovalsNeeded > 0 ? row.ApprovalsNeeded : null,
        };

    private async Task<IResult> RefuseAsync(
        Caller caller,
        IReadOnlyList<Violation> violations,
        CertificationRequest? request,
        Upload? upload = null
    )
    {
        var subject = request?.CommonName is { } name ? ServerCommonName.HostPart(name) : null;
        var refusal = new Refusal(caller.Actor, violations, request, subject);
        var kind = EnvelopeDefects.KindOf(violations);
        return upload is { Parameters.DryRun: true }
            ? await check.RefuseAsync(kind, refusal, upload.Devices)
            : await refuse.AsAsync(kind, refusal);
    }
}
