using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors.Exports;

/// <summary>
/// GET /api/v1/audit/export?from=&amp;to=&amp;size=: a range of the log with the proof that nothing in it is missing. It is bound to a published
/// checkpoint, so that the same export twice is the same octets; that somebody took it is an entry, which lies behind that checkpoint.
/// </summary>
internal sealed class ExportEntries(ExportedRange range, ReadTiles tiles, AppendLogEntries log, WaitingRooms rooms, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var values = new QueryValues(context.Request.Query);
        var cancellation = context.RequestAborted;
        if (await ExportChoice.ReadAsync(values, range, cancellation) is not { } choice)
            return values.Violations.Count > 0
                ? ProblemKinds.Malformed.Because(values.Violations)
                : ProblemKinds.NotFound.Because("The log has no checkpoint yet: its first is signed some moments after its first entry.");

        var place = rooms.Exports.TryEnter();
        if (place is null)
            return ProblemKinds.Unavailable.Because("As many exports are under way as may be.").After(10);
        try
        {
            var proof = await new TiledTree(choice.Checkpoint.TreeSize, tiles.RequireAsync).ProveRangeAsync(
                choice.From,
                choice.To,
                cancellation
            );
            var issuers = await IssuerSpans.FindAsync(range, choice, cancellation);
            await log.AppendAsync([ToEntry(Caller.Of(context), choice)], cancellation);

            // RFC 9110 §8.7: where exactly this is, for who left the choice to us. RFC 6596 for those who look there.
            context.Response.Headers.ContentLocation = choice.Href;
            context.Response.Headers.Link = $"<{choice.Href}>; rel=\"canonical\"";
            context.Response.RegisterForDispose(place);
            place = null;
            var entries = range.ReadAsync(choice.From, choice.To, cancellation: cancellation);
            return Results.Stream(
                body => WriteExport.RunAsync(body, choice, proof, issuers, entries),
                WriteExport.MediaType,
                choice.FileName
            );
        }
        catch (TileMissingException)
        {
            // A log from before there were inner hashes gets them in the sequencer's first step.
            return ProblemKinds.Unavailable.Because("The log's inner hashes are still being made: nothing can be proven yet.").After(10);
        }
        finally
        {
            place?.Dispose();
        }
    }

    private EntriesExported ToEntry(Caller caller, ExportChoice choice) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            From = choice.From,
            To = choice.To,
            TreeSize = choice.Checkpoint.TreeSize,
        };
}
