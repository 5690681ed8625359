using Microsoft.Extensions.Logging;
using Quartz;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Refuses requests that no officer decided on in time, so that their providers stop waiting and hear why.</summary>
[DisallowConcurrentExecution]
internal sealed partial class RefuseExpiredRequests(
    ExpireApprovals approvals,
    SignerIdentity identity,
    AuthorityConfiguration configuration,
    TimeProvider time,
    ILogger<RefuseExpiredRequests> logger
) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var refused = await approvals.RunAsync(Entry, cancellationToken);
        if (refused > 0)
            LogExpired(refused);
    }

    private RequestRefused Entry(SigningRequestRecord request, Violation violation) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = identity.Actor,
            Subject = request.LogSubject(),
            RequestId = request.Id.Value,
            Where = RequestRefused.ByTime,
            Violations = [new LoggedViolation(violation.Code, violation.Field, violation.Expected, violation.Actual, violation.Source)],
            CsrSha256 = Convert.ToHexStringLower(request.CsrSha256),
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };

    [LoggerMessage(LogLevel.Warning, "{Count} requests waited too long for an officer and are refused")]
    private partial void LogExpired(int count);
}
