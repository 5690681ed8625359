using SigningAuthority.Api.Description;
using SigningAuthority.Api.Limits;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Providers.Kits;

internal static class KitEndpoints
{
    public static void MapKit(this RouteGroupBuilder requests) =>
        requests
            .MapGet("{id}/kit.zip", (DownloadKit handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .LimitedBy(LimitNames.DownloadsPerHour)
            .WithName("downloadKit")
            .WithSummary(
                "An issued request's certificates with the client roots, configurations for nginx and Apache, and how to check them."
            )
            .Produces(200, contentType: ProviderKit.MediaType)
            .AnswersProblems(400, 404, 409)
            .HasQuery("listen", "ADDR:PORT, 0.0.0.0:443 without it; repeat it for each generation, or further ones get the ports after it.")
            .HasQuery("generation", "A generation that the configurations shall serve; repeat it; all without it.");
}
