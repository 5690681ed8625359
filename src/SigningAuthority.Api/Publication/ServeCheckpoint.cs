using System.Text;
using SigningAuthority.Api.Problems;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Publication;

/// <summary>GET /log/checkpoint: what the log has committed itself to, as a signed note (C2SP tlog-checkpoint).</summary>
internal sealed class ServeCheckpoint(Checkpoints checkpoints)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        if (await checkpoints.LatestAsync(context.RequestAborted) is not { } latest)
            return ProblemKinds.NotFound.Because("The log has no checkpoint yet: its first is signed some moments after its first entry.");
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Text(latest.Note, "text/plain; charset=utf-8", Encoding.UTF8);
    }
}
