using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Limits;

namespace SigningAuthority.Api.Limits;

/// <summary>
/// Counts the calls of tokens, in the database, so that all front doors count together; what is above a limit gets 429 and the time
/// to come back. Stations sign in with certificates and are not counted here. While the database is away nobody is let through
/// uncounted: the answer is 503, as everywhere.
/// </summary>
internal sealed class EnforceLimits(Allowances allowances, KeptLimits limits, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (
            context.GetEndpoint() is { } endpoint
            && endpoint.Metadata.GetMetadata<Uncounted>() is null
            && Caller.Find(context) is { TokenId: not null } caller
        )
        {
            var names = endpoint.Metadata.GetOrderedMetadata<LimitedBy>().Select(limited => limited.Name);
            if (await RefuseAsync(context, [.. limits.OfCall(caller), .. names.SelectMany(name => limits.Of(caller, name))]) is { } refusal)
            {
                await refusal.ExecuteAsync(context);
                return;
            }
        }

        await next(context);
    }

    /// <summary>For a handler that finds out in its body what a call is.</summary>
    /// <returns>The answer when the limit is used up, else null.</returns>
    public Task<ProblemResult?> RefuseAsync(HttpContext context, string name) =>
        RefuseAsync(context, [.. limits.Of(Caller.Of(context), name)]);

    /// <summary>The answer to who has used a limit up, after the entry of the first such answer in a window.</summary>
    public async Task<ProblemResult> ExplainAsync(HttpContext context, UsedUp used)
    {
        if (!used.IsNoted)
            await allowances.NoteAsync(used.Limit, ToEntry(context, used), CancellationToken.None);
        return ProblemKinds.RateLimited.Because(used);
    }

    private async Task<ProblemResult?> RefuseAsync(HttpContext context, IReadOnlyList<Allowance> taken) =>
        await allowances.TakeAsync(taken, context.RequestAborted) is { } used ? await ExplainAsync(context, used) : null;

    private RateLimited ToEntry(HttpContext context, UsedUp used) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = Caller.Of(context).Actor,
            Limit = used.Limit.Name,
            Allowed = used.Allowed,
            Window = used.Limit.Seconds,
            Method = context.Request.Method,
            Path = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "/",
        };
}
