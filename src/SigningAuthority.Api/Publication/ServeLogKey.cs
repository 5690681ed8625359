using System.Text;
using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// GET /log/key: what checkpoints are verified with, on one line ("name+id+key", C2SP signed-note, "Verifier keys"). Whoever doubts this
/// service compares it with the ceremony's transcript: it is fetched once, and kept.
/// </summary>
internal sealed class ServeLogKey(Checkpoints checkpoints, Authorities authorities)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        if (await FindAsync(context.RequestAborted) is not { } key)
            return ProblemKinds.NotFound.Because("The log has no checkpoint yet that a key of the ceremonies signed.");
        context.Response.Headers.CacheControl = "public, max-age=300";
        return Results.Text(key, "text/plain; charset=utf-8", Encoding.UTF8);
    }

    /// <summary>The line with its line feed; null before the first checkpoint, which says the log's name, and where no recorded key signed the newest.</summary>
    public async Task<string?> FindAsync(CancellationToken cancellation)
    {
        if (await checkpoints.LatestAsync(cancellation) is not { } latest)
            return null;
        var note = SignedNote.Parse(latest.Note);
        var name = Checkpoint.Parse(note.Text).Origin;
        var keys = (await authorities.ReadAllAsync(cancellation))
            .Where(authority => authority.Purpose == nameof(AuthorityPurpose.LogKey))
            .Select(authority => new NoteKey(name, authority.SubjectPublicKeyInfo));
        return keys.FirstOrDefault(note.IsSignedBy) is { } key ? key.ToVerifierKey() + "\n" : null;
    }
}
