using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>The body of a withdrawal, which may be missing altogether.</summary>
/// <param name="Reason">At most 500 printable characters; goes into the log.</param>
internal sealed record WithdrawalBody(string? Reason);

/// <summary>POST /api/v1/provider/requests/{id}/withdrawal: takes a request back before the key room begins with it.</summary>
internal sealed class WithdrawOwnRequest(WithdrawRequest withdrawals, SigningRequestQueries queries)
{
    private const int LongestReason = 500;
    private const string Example = "{\"reason\": \"the wrong name\"}";

    private static readonly Rule ReasonNotUsable = new("withdrawal-reason", "/openapi/v1.json");

    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var caller = Caller.Of(context);
        var body = await ReadBody.ReadAsync(context.Request);
        IReadOnlyList<Violation> violations = body.Defect is { } defect ? [defect] : [];
        string? reason = null;
        if (violations.Count == 0 && body.Octets.Length > 0)
        {
            using var json = JsonEnvelope.Read(body.Octets, Example);
            reason = json.Text("reason");
            violations = [.. json.Violations, .. EnvelopeDefects.FindKeys(("reason", reason)), .. FindDefects(reason)];
        }

        if (violations.Count > 0)
            return EnvelopeDefects.KindOf(violations).Because(violations);

        var outcome = SigningRequestId.TryParse(id, out var requestId)
            ? await withdrawals.RunAsync(requestId, caller.Id, reason, caller.Actor, context.RequestAborted)
            : WithdrawalOutcome.NotFound;
        return outcome switch
        {
            WithdrawalOutcome.NotFound => ProblemKinds.NotFound.Because("You have no request of this id."),
            WithdrawalOutcome.TooLate => ProblemKinds.TooLate.Because("The key room has begun with this request, or it is finished."),
            _ => await queries.FindOfProviderAsync(caller.Id, requestId, context.RequestAborted) is { } found
                ? Results.Json(ProviderRequest.Of(found))
                : throw new InvalidOperationException($"Request {id} was withdrawn and is not there."),
        };
    }

    private static IEnumerable<Violation> FindDefects(string? reason)
    {
        if (reason is not null && (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl)))
            yield return ReasonNotUsable.BrokenBy(
                "reason",
                $"1 to {LongestReason} printable characters",
                reason.Length is 0 or > LongestReason ? $"{reason.Length} characters" : reason,
                "The reason can't be used.",
                Example
            );
    }
}
