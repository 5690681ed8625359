using SigningAuthority.Api.Description;
using SigningAuthority.Api.Limits;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Api.Publication.RevocationLists;

internal static class RevocationListEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static IServiceCollection AddRevocationLists(this IServiceCollection services) =>
        services
            .AddSingleton<IssuedRevocationLists>()
            .AddSingleton<RevocationListFiles>()
            .AddSingleton<PublishedRevocationLists>()
            .AddHostedService(provider => provider.GetRequiredService<PublishedRevocationLists>())
            .AddSingleton<ServeRevocationList>();

    public static void MapRevocationLists(this RouteGroupBuilder published)
    {
        published
            .MapMethods(
                "/crl/{file}",
                Methods,
                (ServeRevocationList handler, HttpContext context, string file) => handler.HandleAsync(context, file)
            )
            .WithMetadata(new Uncounted())
            .WithName("revocationList")
            .WithSummary(
                "Revoked certificates: {authority}.crl, {authority}.delta.crl, each also with .pem; client-bundle.pem for all client roots."
            )
            .Produces(200, contentType: "application/pkix-crl", additionalContentTypes: "application/x-pem-file")
            .AnswersProblems(404);
        published
            .MapMethods(
                "/crl/{authority}/{file}",
                Methods,
                (ServeRevocationList handler, HttpContext context, string authority, string file) =>
                    handler.HandleAsync(context, authority, file)
            )
            .WithMetadata(new Uncounted())
            .WithName("revocationListOfPart")
            .WithSummary("Revoked certificates of one part of an authority's, by the order of issuance: {shard}.crl, also with .pem.")
            .Produces(200, contentType: "application/pkix-crl", additionalContentTypes: "application/x-pem-file")
            .AnswersProblems(404);
    }
}
