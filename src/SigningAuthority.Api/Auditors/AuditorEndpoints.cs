using SigningAuthority.Api.Access;
using SigningAuthority.Api.Auditors.Exports;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Receipts;

namespace SigningAuthority.Api.Auditors;

internal static class AuditorEndpoints
{
    public const string Path = "/api/v1/audit/entries";

    public static IServiceCollection AddAuditors(this IServiceCollection services) =>
        services
            .AddSingleton<QueryEntries>()
            .AddSingleton<ExportEntries>()
            .AddSingleton<DownloadAnyReceipt>()
            .AddSingleton<ListRootFetches>();

    public static void MapAuditors(this IEndpointRouteBuilder app)
    {
        var auditors = app.MapGroup("").RequireAuthorization(AccessPolicies.Auditor).WithTags("Auditors").AnswersProblems(401, 403, 503);

        auditors
            .MapGet(Path, (QueryEntries handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("queryEntries")
            .WithSummary("The issuance log, page by page in its order. Each query is an entry itself.")
            .Produces<EntryPage>(200, "application/json", "application/x-ndjson", "text/csv")
            .AnswersProblems(400, 406)
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

        auditors
            .MapGet(ExportChoice.Path, (ExportEntries handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("exportEntries")
            .WithSummary("A range of the log with the proof that nothing in it is missing; each export is an entry itself.")
            .Produces(200, contentType: WriteExport.MediaType)
            .AnswersProblems(400, 404)
            .HasQuery("from", "The first index, or a time (RFC 3339); without it the log's first.")
            .HasQuery(
                "to",
                "Behind the last index, or a time, and then with ten minutes more so that nothing is missed; without it the end."
            )
            .HasQuery("size", "Of the checkpoint that it is proven against; without it the newest. Content-Location says which that was.");

        auditors
            .MapGet(
                "/api/v1/audit/receipts/{fingerprint}.tlog-proof",
                (DownloadAnyReceipt handler, HttpContext context, string fingerprint) => handler.HandleAsync(context, fingerprint)
            )
            .WithName("auditReceipt")
            .WithSummary("The proof that a certificate's issuance stands in the log; by its SHA-256.")
            .GivesReceipt();

        ListRootFetches.Map(auditors, ListRootFetches.Path, "listRootFetches");
    }
}
