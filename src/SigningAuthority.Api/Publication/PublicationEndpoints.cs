using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Api.Limits;
using SigningAuthority.Api.Publication.Ocsp;
using SigningAuthority.Api.Publication.RevocationLists;

namespace SigningAuthority.Api.Publication;

internal static class PublicationEndpoints
{
    public static IServiceCollection AddPublication(this IServiceCollection services) =>
        services
            .AddSingleton<PublishedAuthorities>()
            .AddHostedService(provider => provider.GetRequiredService<PublishedAuthorities>())
            .AddSingleton<PublishedManifests>()
            .AddHostedService(provider => provider.GetRequiredService<PublishedManifests>())
            .AddSingleton<PublishedFiles>()
            .AddSingleton<RecordRootsDownload>()
            .AddSingleton<ServeRoots>()
            .AddSingleton<ServeIssuer>()
            .AddSingleton<ServeCheckpoint>()
            .AddSingleton<ServeLogKey>()
            .AddSingleton<RecordLogRead>()
            .AddSingleton<ServeTile>()
            .AddRevocationLists()
            .AddOcsp();

    public static void MapPublication(this IEndpointRouteBuilder app)
    {
        var published = app.MapGroup("").AllowAnonymous().WithTags("Publication");

        published
            .MapGet("/roots/", (ServeRoots handler, HttpContext context) => handler.HandleAsync(context, RootsPage.Name))
            .WithName("rootsPage")
            .WithSummary("The roots with their fingerprints, for people.")
            .Produces(200, contentType: "text/html");
        published
            .MapGet("/roots/{file}", (ServeRoots handler, HttpContext context, string file) => handler.HandleAsync(context, file))
            .WithName("root")
            .WithSummary(
                "{id}.pem, .crt, .der, .p7b of a root; spacroot.crt; client-bundle, server-bundle, bundle as .pem and .p7b; manifest.json, .json.sig, .note; SHA256SUMS; feed.atom."
            )
            .Produces(
                200,
                contentType: "application/pem-certificate-chain",
                additionalContentTypes:
                [
                    "application/x-x509-ca-cert",
                    "application/pkix-cert",
                    "application/x-pkcs7-certificates",
                    "application/json",
                    "application/octet-stream",
                    RootsFeed.MediaType,
                    "text/plain",
                ]
            )
            .AnswersProblems(404);
        published
            .MapMethods(
                "/roots/{file?}",
                ["HEAD"],
                (ServeRoots handler, HttpContext context, string? file) => handler.HandleAsync(context, file ?? RootsPage.Name)
            )
            .ExcludeFromDescription();
        published
            .MapMethods(
                "/aia/{file}",
                ["GET", "HEAD"],
                (ServeIssuer handler, HttpContext context, string file) => handler.Handle(context, file)
            )
            .WithName("issuer")
            .WithSummary("{authority}.cer: an issuer's certificate, as its certificates refer to it; over plain HTTP too.")
            .Produces(200, contentType: "application/pkix-cert")
            .AnswersProblems(404);
        published
            .MapMethods("/providers", ["GET", "HEAD"], (HttpContext context) => ProvidersPage.Serve(context))
            .WithName("providersPage")
            .WithSummary("How a provider gets a certificate, step by step, for people.")
            .Produces(200, contentType: "text/html");
        published
            .MapGet("/log/checkpoint", (ServeCheckpoint handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("checkpoint")
            .WithSummary("The newest signed head of the issuance log.")
            .Produces(200, contentType: "text/plain")
            .AnswersProblems(404, 503);
        published
            .MapGet("/log/key", (ServeLogKey handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("logKey")
            .WithSummary("What the log's checkpoints are verified with: name, id and key on one line.")
            .Produces(200, contentType: "text/plain")
            .AnswersProblems(404, 503);
        published.MapRevocationLists();
        app.MapTiles(published);
        app.MapOcsp();
    }

    private static void MapTiles(this IEndpointRouteBuilder app, RouteGroupBuilder published)
    {
        published
            .MapGet("/log/tile/{**path}", (ServeTile handler, HttpContext context, string? path) => handler.HashesAsync(context, path))
            .WithMetadata(new Uncounted())
            .WithName("tile")
            .WithSummary("Hashes of the log's tree: LEVEL/NUMBER[.p/WIDTH] (C2SP tlog-tiles).")
            .Produces(200, contentType: "application/octet-stream")
            .AnswersProblems(404, 503);

        var entries = app.MapGet(
                "/log/tile/entries/{**path}",
                (ServeTile handler, HttpContext context, string? path) => handler.EntriesAsync(context, path)
            )
            .WithMetadata(new Uncounted())
            .WithTags("Publication")
            .WithName("entryBundle")
            .WithSummary(
                "The log's entries, 256 at a time: NUMBER[.p/WIDTH] (C2SP tlog-tiles). For auditors, unless the operator opened it."
            )
            .Produces(200, contentType: "application/octet-stream")
            .AnswersProblems(404, 503);
        if (app.ServiceProvider.GetRequiredService<ApiSettings>().LogEntries == LogEntriesAccess.Public)
            entries.AllowAnonymous();
        else
            entries.RequireAuthorization(AccessPolicies.Auditor).AnswersProblems(401, 403);
    }
}
