using SigningAuthority.Api.Problems;

namespace SigningAuthority.Api.Publication;

/// <summary>GET /roots/{file}: public, cacheable, and there while the database is away.</summary>
internal sealed class ServeRoots(PublishedFiles files, RecordRootsDownload record)
{
    public async Task<IResult> HandleAsync(HttpContext context, string file)
    {
        if (files.Find(file) is not { } published)
            return ProblemKinds.NotFound.Because("There is no root of this name; /roots/ lists them.");

        if (file == RootsPage.Name)
            context.Response.Headers.ContentSecurityPolicy = RootsPage.ContentSecurityPolicy;
        else if (HttpMethods.IsGet(context.Request.Method))
            await record.BeforeAsync(context, published);
        // Who keeps a copy of what changes asks each time: list and files must be of the same day.
        context.Response.Headers.CacheControl = published.IsChanging ? "public, no-cache" : "public, max-age=300";
        return Results.Bytes(published.Content, published.MediaType, lastModified: published.LastModified, entityTag: published.ETag);
    }
}
