using SigningAuthority.Api.Hosting;

namespace SigningAuthority.Api.Problems;

/// <summary>Writes a problem as application/problem+json (RFC 9457 §3).</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public const string MediaType = "application/problem+json";

    public Problem Problem { get; } = problem;

    /// <summary>Seconds until asking again makes sense (RFC 9110 §10.2.3); null for never.</summary>
    public int? RetryAfter { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Problem.Status;
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString();
        return response.WriteAsJsonAsync(Problem, JsonSpelling.Options, MediaType, httpContext.RequestAborted);
    }

    public ProblemResult After(int seconds) => new(Problem) { RetryAfter = seconds };
}
