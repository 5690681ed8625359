using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Api.Problems;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// GET /log/tile/…: the log as static files (C2SP tlog-tiles), as far as its newest checkpoint. What is served under an address never
/// changes, partial tiles included: their width is in it.
/// </summary>
internal sealed class ServeTile(ReadTiles tiles, RecordLogRead record, ApiSettings settings)
{
    private const string MediaType = "application/octet-stream";
    private const string ForAYear = "max-age=31536000, immutable";

    /// <param name="context">The request.</param>
    /// <param name="path">Below /log/tile/.</param>
    public async Task<IResult> HashesAsync(HttpContext context, string? path) =>
        TilePath.TryParse("tile/" + path, out var tile)
        && !tile.IsEntries
        && await tiles.ReadAsync(tile, context.RequestAborted) is { } hashes
            ? Answer(context, hashes, "public")
            : Missing();

    /// <param name="context">The request.</param>
    /// <param name="path">Below /log/tile/entries/.</param>
    public async Task<IResult> EntriesAsync(HttpContext context, string? path)
    {
        if (
            !TilePath.TryParse("tile/entries/" + path, out var tile)
            || await tiles.ReadAsync(tile, context.RequestAborted) is not { } bundle
        )
            return Missing();
        await record.BeforeAsync(context, tile);
        // What an auditor may read, a cache between must not hand on.
        var answer = Answer(context, bundle, settings.LogEntries == LogEntriesAccess.Public ? "public" : "private");
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        return TakesGzip(context.Request) ? await CompressAsync(context, bundle) : answer;
    }

    private static IResult Answer(HttpContext context, byte[] octets, string whose)
    {
        context.Response.Headers.CacheControl = $"{whose}, {ForAYear}";
        return Results.Bytes(octets, MediaType);
    }

    private static bool TakesGzip(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .AcceptEncoding.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is not 0);

    // C2SP tlog-tiles, "Log entries": bundles should be compressed. They are text; hashes are not.
    private static async Task<IResult> CompressAsync(HttpContext context, byte[] bundle)
    {
        using var small = new MemoryStream();
        await using (var gzip = new GZipStream(small, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(bundle, context.RequestAborted);
        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(small.ToArray(), MediaType);
    }

    private static ProblemResult Missing() =>
        ProblemKinds.NotFound.Because(
            "There is no such tile in the tree of the newest checkpoint; /log/checkpoint says how large that is."
        );
}
