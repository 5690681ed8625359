using System.Text.RegularExpressions;
using System.Threading.RateLimiting;
using SigningAuthority.Api.Problems;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Access;

/// <summary>
/// Turns a caller away: first into the log, then the answer. Since nobody has to be known to be turned away, one source can cause
/// a limited number of entries a minute; the last of them says so, and what comes above it gets 429 and no entry.
/// </summary>
internal sealed partial class RecordAccessRefusal(AppendLogEntries log, TimeProvider time) : IDisposable
{
    private const int EntriesInAMinute = 300;
    private const string LimitReached = "too-many-refusals";

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(source =>
        RateLimitPartition.GetFixedWindowLimiter(
            source,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = EntriesInAMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }
        )
    );

    public async Task UnauthenticatedAsync(HttpContext context, string defect)
    {
        var source = Source(context);
        using var lease = _limiter.AttemptAcquire(source);
        if (!lease.IsAcquired)
        {
            await ProblemKinds
                .TooManyRefusals.Because("Too many requests without a valid credential came from your address.")
                .After(60)
                .ExecuteAsync(context);
            return;
        }

        var isLast = _limiter.GetStatistics(source)?.CurrentAvailablePermits == 0;
        await log.AppendAsync([Entry(context, Caller.Anonymous, isLast ? LimitReached : defect)], CancellationToken.None);
        await ProblemKinds.Unauthenticated.Because(AccessDefects.Describe(defect)).ExecuteAsync(context);
    }

    public async Task ForbiddenAsync(HttpContext context)
    {
        await log.AppendAsync(
            [Entry(context, Caller.Find(context)?.Actor ?? Caller.Anonymous, AccessDefects.WrongRole)],
            CancellationToken.None
        );
        await ProblemKinds.Forbidden.Because(AccessDefects.Describe(AccessDefects.WrongRole)).ExecuteAsync(context);
    }

    public void Dispose() => _limiter.Dispose();

    /// <summary>The query is left out: tokens sent there by mistake must not be written down.</summary>
    private AccessRefused Entry(HttpContext context, string actor, string reason) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = actor,
            Subject = Source(context),
            Method = context.Request.Method,
            Path = Token().Replace(context.Request.Path.Value ?? "/", "sa_…"),
            Reason = reason,
        };

    private static string Source(HttpContext context) => SourceAddress.Of(context) ?? "unknown";

    [GeneratedRegex("sa_[A-Za-z0-9_-]{20,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
