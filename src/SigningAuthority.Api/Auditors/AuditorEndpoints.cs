using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;

namespace SigningAuthority.Api.Auditors;

internal static class AuditorEndpoints
{
    public const string Path = "/api/v1/audit/entries";

    public static IServiceCollection AddAuditors(this IServiceCollection services) => services.AddSingleton<QueryEntries>();

    public static void MapAuditors(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, (QueryEntries handler, HttpContext context) => handler.HandleAsync(context))
            .RequireAuthorization(AccessPolicies.Auditor)
            .WithTags("Auditors")
            .WithName("queryEntries")
            .WithSummary("The issuance log, page by page in its order. Each query is an entry itself.")
            .Produces<EntryPage>(200, "application/json", "application/x-ndjson", "text/csv")
            .AnswersProblems(400, 401, 403, 406, 503)
            .HasQuery("type", "A kind, such as request.refused.")
            .HasQuery("actor", "Who acted.")
            .HasQuery("subject", "What the act was about.")
            .HasQuery("requestId", "A signing request.")
            .HasQuery("mac", "A device.")
            .HasQuery("serial", "A device's serial number.")
            .HasQuery("fingerprint", "SHA-256 of a certificate.")
            .HasQuery("from", "Inclusive, RFC 3339.")
            .HasQuery("to", "Exclusive, RFC 3339.")
            .HasQuery("after", "The last index of the page before.")
            .HasQuery("limit", "1 to 1000; 100 if left out.");
}
