using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Limits;
using SigningAuthority.Api.Providers.Kits;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Providers;

internal static class ProviderEndpoints
{
    public static IServiceCollection AddProviders(this IServiceCollection services) =>
        services
            .AddSingleton<FollowPredecessor>()
            .AddSingleton<ShowLineage>()
            .AddSingleton<RenewRequest>()
            .AddSingleton<RequestRevocation>()
            .AddSingleton<CheckRequest>()
            .AddSingleton<ShowMatrix>()
            .AddSingleton<ListDeviceFamilies>()
            .AddSingleton<SubmitRequest>()
            .AddSingleton<RequestWarnings>()
            .AddSingleton<ListRequests>()
            .AddSingleton<ShowRequest>()
            .AddSingleton<DownloadCertificate>()
            .AddSingleton<DownloadReceipt>()
            .AddSingleton<DownloadKit>()
            .AddSingleton<AwaitedApprovals>()
            .AddSingleton<WithdrawOwnRequest>();

    public static void MapProviders(this IEndpointRouteBuilder app)
    {
        var requests = app.MapGroup(ProviderRequest.Path)
            .RequireAuthorization(AccessPolicies.Provider)
            .WithTags("Providers")
            .AnswersProblems(401, 403, 503);

        requests
            .MapPost("", (SubmitRequest handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("submitRequest")
            .WithSummary("Submit a CSR for a provisioning server's certificate, one a trust generation.")
            .Produces<ProviderRequest>(202)
            .Produces<ProviderRequest>()
            .Produces<CheckedRequest>()
            .AnswersProblems(400, 413, 422)
            .HasQuery("dryRun", "true: decide and say so, with the acceptance matrix; nothing is queued.")
            .HasQuery("address", "An address that the server has; you are warned if DNS says another. Repeat it.")
            .HasQuery("renews", "The request whose certificates these follow.")
            .HasQuery("replaces", "The request whose certificates these stand in for: those are marked once these are issued.")
            .TakesCertificationRequest();

        requests
            .MapGet("", (ListRequests handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("listRequests")
            .WithSummary("Your requests, the newest first.")
            .Produces<ProviderRequestPage>()
            .AnswersProblems(400)
            .HasQuery("before", "The last id of the page before.")
            .HasQuery("limit", "1 to 200.");

        requests
            .MapGet("{id}", (ShowRequest handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("showRequest")
            .WithSummary("One request; ?wait= holds the answer until it is finished.")
            .Produces<ProviderRequest>()
            .AnswersProblems(400, 404)
            .HasQuery("wait", "Seconds, 0 to 60.");

        requests
            .MapGet("{id}/matrix", (ShowMatrix handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("showMatrix")
            .WithSummary("Which phones accept what was issued, or what is asked for: device family × firmware × generation.")
            .Produces<RequestMatrix>()
            .AnswersProblems(404);

        app.MapGet(ListDeviceFamilies.Path, (ListDeviceFamilies handler) => handler.Handle())
            .RequireAuthorization(AccessPolicies.Provider)
            .WithTags("Providers")
            .WithName("listDeviceFamilies")
            .WithSummary("Devices that a request may name: families, products, firmware ranges, generations.")
            .Produces<DeviceCatalogue>()
            .AnswersProblems(401, 403, 503);

        requests
            .MapPost("{id}/withdrawal", (WithdrawOwnRequest handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("withdrawRequest")
            .WithSummary("Take a request back before the key room begins with it; again gives the same answer.")
            .Produces<ProviderRequest>()
            .AnswersProblems(400, 404, 409, 413, 422)
            .TakesJson<WithdrawalBody>(isRequired: false);

        requests
            .MapGet(
                "{id}/certificates/{file}",
                (DownloadCertificate handler, HttpContext context, string id, string file) => handler.HandleAsync(context, id, file)
            )
            .LimitedBy(LimitNames.DownloadsPerHour)
            .WithName("downloadCertificate")
            .WithSummary("A certificate as {generation}.pem, .crt (PEM), .der or .p7b (with its root).")
            .Produces(
                200,
                contentType: "application/pem-certificate-chain",
                additionalContentTypes: ["application/x-x509-ca-cert", "application/pkix-cert", "application/x-pkcs7-certificates"]
            )
            .AnswersProblems(404);

        requests
            .MapGet(
                "{id}/certificates/{generation}.tlog-proof",
                (DownloadReceipt handler, HttpContext context, string id, string generation) => handler.HandleAsync(context, id, generation)
            )
            .LimitedBy(LimitNames.DownloadsPerHour)
            .WithName("downloadReceipt")
            .WithSummary("The proof that the certificate's issuance stands in the log (C2SP tlog-proof); it verifies offline.")
            .GivesReceipt();

        requests.MapLineage();
        requests.MapKit();
    }
}
