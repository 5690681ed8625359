using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;
using Refusal = SigningAuthority.Api.Requests.Refusal;

namespace SigningAuthority.Api.Providers;

/// <summary>What would become of a request.</summary>
/// <param name="Accepted">True; a refusal is a problem with the same matrix.</param>
/// <param name="Generations">The server roots that would sign, one certificate each.</param>
/// <param name="ApprovalsNeeded">Officers who must approve first; 0 for none.</param>
/// <param name="Warnings">What keeps nothing from being issued and should be known.</param>
/// <param name="Matrix">Which phones would accept the certificates.</param>
internal sealed record CheckedRequest(
    bool Accepted,
    IReadOnlyList<string> Generations,
    int ApprovalsNeeded,
    IReadOnlyList<AcceptanceWarning> Warnings,
    IReadOnlyList<MatrixRow> Matrix
);

/// <summary>
/// POST …?dryRun=true: the end of a submission that queues nothing. All before it is what every submission goes through, so
/// it can't say other than a real one would; the Idempotency-Key is not spent, since nothing is kept under it.
/// </summary>
internal sealed class CheckRequest(AppendLogEntries log, AuthorityConfiguration configuration, RequestMetrics metrics, TimeProvider time)
{
    public async Task<IResult> AcceptAsync(
        Caller caller,
        NewSigningRequest row,
        CertificationRequest request,
        CancellationToken cancellation
    )
    {
        var matrix = AcceptanceMatrix.ForRequest(configuration, request, row.Devices, time.GetUtcNow());
        await log.AppendAsync(
            [ToEntry(caller.Actor, row.Fqdn, request, row.Devices) with { Accepted = true, Generations = row.Authorities }],
            cancellation
        );
        metrics.Answered(caller.Actor, "checked");
        return Results.Json(new CheckedRequest(true, row.Authorities, row.ApprovalsNeeded, UnservedFirmware.Find(matrix), matrix));
    }

    /// <summary>The problem that a submission would have got, with the matrix where the request could be read.</summary>
    public async Task<IResult> RefuseAsync(ProblemKind kind, Refusal refusal, IReadOnlyList<string> devices)
    {
        var violations = refusal.Violations.Select(violation => violation.Code).Distinct().ToList();
        var subject = PrivateKeyText.IsIn(refusal.Subject) ? null : refusal.Subject;
        var shown = devices.Where(device => !PrivateKeyText.IsIn(device)).ToList();
        // Nobody's hanging up keeps it from being written, as with any refusal.
        await log.AppendAsync(
            [ToEntry(refusal.Actor, subject, refusal.Request, shown) with { Violations = violations }],
            CancellationToken.None
        );
        metrics.Answered(refusal.Actor, "checked");
        var problem = kind.Because(refusal.Violations);
        return refusal.Request is not { } request
            ? problem
            : new ProblemResult(
                problem.Problem with
                {
                    Matrix = AcceptanceMatrix.ForRequest(configuration, request, devices, time.GetUtcNow()),
                }
            );
    }

    private RequestChecked ToEntry(string actor, string? subject, CertificationRequest? request, IReadOnlyList<string> devices) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = actor,
            Subject = subject,
            Accepted = false,
            CsrSha256 = request is null ? null : Convert.ToHexStringLower(request.Sha256),
            Devices = [.. devices.Take(configuration.Policy.ProvisioningServer.MostDevices)],
            Generations = [],
            Violations = [],
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };
}
