using Microsoft.AspNetCore.Diagnostics;
using SigningAuthority.Storage;

namespace SigningAuthority.Api.Problems;

/// <summary>
/// The one mapping from failures to HTTP. A fault that passes is 503 with a time to come back; what is not known is 500 with
/// nothing inside, and the log has the rest.
/// </summary>
internal sealed class ExplainFailures(ILogger<ExplainFailures> logger) : IExceptionHandler
{
    private const int SecondsToComeBack = 2;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Explain(exception).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Also for answers that are not one HTTP response: a line of a batch.</summary>
    public ProblemResult Explain(Exception exception)
    {
        if (exception is BadHttpRequestException bad)
            return ProblemKinds
                .OfStatus(bad.StatusCode)
                .Because(bad.StatusCode == 413 ? "The body is longer than this address takes." : "The request breaks HTTP or ends early.");

        if (DatabaseFaults.IsTransient(exception))
        {
            logger.LogWarning("The database does not answer: {Fault}", exception.Message);
            return ProblemKinds
                .Unavailable.Because("The database does not answer for the moment. Nothing is lost: repeat the same request.")
                .After(SecondsToComeBack);
        }

        logger.LogError(exception, "A request failed for a reason that is not known");
        return ProblemKinds.Internal.Because("Something went wrong here. It is recorded; if it stays, tell the operator the time.");
    }
}
