using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Limits;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Providers.Watch;

internal static class WatchEndpoints
{
    public static IServiceCollection AddWatch(this IServiceCollection services) =>
        services.AddSingleton<ListWatched>().AddSingleton<ShowFeed>().AddSingleton<DownloadWatchedReceipt>();

    public static void MapWatch(this IEndpointRouteBuilder app)
    {
        var watch = app.MapGroup(WatchedView.Path)
            .RequireAuthorization(AccessPolicies.Provider)
            .WithTags("Providers")
            .AnswersProblems(401, 403, 503);

        watch
            .MapGet("certificates", (ListWatched handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("watchCertificates")
            .WithSummary("Every certificate for the names that you hold now, whoever asked for it, in the log's order.")
            .Produces<WatchedPage>()
            .AnswersProblems(400)
            .HasQuery("after", "An index: what stands behind it in the log. Without it all, from the first.")
            .HasQuery("limit", "1 to 500; 100 if left out.");

        watch
            .MapGet("feed.atom", (ShowFeed handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("watchFeed")
            .WithSummary("The newest of them as an Atom feed; the bearer token is asked for here, too.")
            .Produces(200, contentType: ShowFeed.MediaType);

        watch
            .MapGet(
                "receipts/{fingerprint}.tlog-proof",
                (DownloadWatchedReceipt handler, HttpContext context, string fingerprint) => handler.HandleAsync(context, fingerprint)
            )
            .LimitedBy(LimitNames.DownloadsPerHour)
            .WithName("watchReceipt")
            .WithSummary("The proof that the issuance of one of them stands in the log; by its SHA-256.")
            .GivesReceipt();
    }
}
