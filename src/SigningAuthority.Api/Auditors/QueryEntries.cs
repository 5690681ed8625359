using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors;

/// <summary>
/// GET /api/v1/audit/entries: reads with the auditor's role, which can't write; that somebody looked is written before, with the
/// front door's.
/// </summary>
internal sealed class QueryEntries(QueryLogEntries entries, AppendLogEntries log, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var values = new QueryValues(context.Request.Query);
        var filter = EntriesFilter.Read(values);
        if (values.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(values.Violations);
        if (EntryFormat.Choose(context.Request) is not { } format)
            return ProblemKinds.NotAcceptable.Because("Entries come as application/json, application/x-ndjson or text/csv.");

        await log.AppendAsync(
            [
                new EntriesQueried
                {
                    At = time.GetUtcNow(),
                    Actor = Caller.Of(context).Actor,
                    Query = filter.Text,
                    Format = format.Name,
                },
            ],
            context.RequestAborted
        );
        var page = await entries.PageAsync(filter.Query, context.RequestAborted);

        var next = page.Count == filter.Query.Limit ? filter.PageAfter(page[^1].Index) : null;
        if (next is not null)
            context.Response.Headers.Link = $"<{next}>; rel=\"next\"";
        return Results.Bytes(format.Encode(page, next), format.MediaType);
    }
}
