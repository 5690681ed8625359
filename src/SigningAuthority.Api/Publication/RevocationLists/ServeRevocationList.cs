using System.Globalization;
using Microsoft.Net.Http.Headers;
using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Api.Publication.RevocationLists;

/// <summary>
/// GET /crl/…: what certificates name as their distribution points, as DER; and as PEM for servers that read no other (nginx, Apache).
/// Asked with what one has, it costs nothing (304); and it is there while the database is away.
/// </summary>
internal sealed class ServeRevocationList(
    PublishedRevocationLists published,
    PublishedAuthorities authorities,
    RevocationListFiles files,
    TimeProvider time
)
{
    /// <summary>Complete lists of all client roots, one after the other: what a provider's server verifies phones with.</summary>
    public const string ClientBundle = "client-bundle.pem";

    private const string DerType = "application/pkix-crl";
    private const string PemType = "application/x-pem-file";

    // With it, what is revoked is known to whoever fetches through a cache within the minute that is promised.
    private static readonly TimeSpan Cached = TimeSpan.FromSeconds(30);

    /// <param name="context">The request.</param>
    /// <param name="file">Below /crl/.</param>
    public Task<IResult> HandleAsync(HttpContext context, string file) =>
        file == ClientBundle ? ServeBundleAsync(context)
        : ListAddress.TryParse(file, out var address) ? ServeAsync(context, address)
        : Task.FromResult<IResult>(Missing());

    /// <param name="context">The request.</param>
    /// <param name="authority">Its id.</param>
    /// <param name="file">Below /crl/{authority}/.</param>
    public Task<IResult> HandleAsync(HttpContext context, string authority, string file) =>
        ListAddress.TryParse(authority, file, out var address) ? ServeAsync(context, address) : Task.FromResult<IResult>(Missing());

    private async Task<IResult> ServeAsync(HttpContext context, ListAddress address)
    {
        if (published.Find(address.Authority, address.Kind, address.Shard) is not { } list)
            return Missing();
        return address.IsPem
            ? Answer(context, [list], await files.PemAsync([list], context.RequestAborted), PemType)
            : Answer(context, [list], await files.FetchAsync(list, context.RequestAborted), DerType);
    }

    private async Task<IResult> ServeBundleAsync(HttpContext context)
    {
        var lists = authorities
            .Current.Of(AuthorityPurpose.ClientRoot)
            .Select(root => published.Find(root.Id, RevocationListKind.Complete, 0))
            .OfType<RevocationList>()
            .ToList();
        return lists.Count == 0 ? Missing() : Answer(context, lists, await files.PemAsync(lists, context.RequestAborted), PemType);
    }

    private IResult Answer(HttpContext context, List<RevocationList> lists, string path, string mediaType)
    {
        var now = time.GetUtcNow();
        var left = lists.Min(list => list.NextUpdate) - now;
        var age = left < Cached ? left : Cached;
        var headers = context.Response.Headers;
        headers.CacheControl =
            age > TimeSpan.Zero
                ? string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)age.TotalSeconds}")
                : "public, no-cache";
        headers.Expires = HeaderUtilities.FormatDate(age > TimeSpan.Zero ? now + age : now);
        // Of several lists one may have changed that is not the latest: their tag alone tells.
        if (lists.Count > 1)
            context.Request.Headers.Remove(HeaderNames.IfModifiedSince);
        return Results.File(
            path,
            mediaType,
            lastModified: lists.Max(list => list.ThisUpdate),
            entityTag: new EntityTagHeaderValue($"\"{RevocationListFiles.TagOf(lists)}\""),
            enableRangeProcessing: true
        );
    }

    private static ProblemResult Missing() =>
        ProblemKinds.NotFound.Because(
            "There is no such list: /crl/{authority}.crl, /crl/{authority}.delta.crl, /crl/{authority}/{shard}.crl, each also with .pem; /crl/client-bundle.pem. A new authority's first is made some moments after its ceremony."
        );
}
