using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <summary>The routes by which certificates are revoked one by one, each asker's own, and those of recalls.</summary>
internal static class RevocationEndpoints
{
    public static IServiceCollection AddRevocations(this IServiceCollection services) =>
        services
            .AddSingleton<RevocationPolicy>()
            .AddSingleton<RevocableCertificates>()
            .AddSingleton(provider => new Recalls(provider.GetRequiredService<Npgsql.NpgsqlDataSource>()))
            .AddSingleton<DecidedRevocations>()
            .AddSingleton<AskForRevocation>()
            .AddSingleton<RevokeByPossession>()
            .AddSingleton<RevokeOwnCertificate>()
            .AddSingleton<RevokeUnit>()
            .AddSingleton<ShowCertificate>()
            .AddSingleton<RevokeAsOfficer>()
            .AddSingleton<ShowRecalls>()
            .AddSingleton<DecideOnRecall>();

    public static void MapRevocations(this IEndpointRouteBuilder app)
    {
        app.MapPost(RevokeByPossession.Path, (RevokeByPossession handler, HttpContext context) => handler.HandleAsync(context))
            .AllowAnonymous()
            .WithTags("Revocation")
            .WithName("revokeByPossession")
            .WithSummary("Revoke a certificate by a statement signed with its own private key; no other credential is needed.")
            .GivesRevocation()
            .AnswersProblems(400, 413, 422, 429, 503)
            .TakesJson<PossessionBody>();

        app.MapPost(RevokeByPossession.StatementPath, (RevokeByPossession handler, HttpContext context) => handler.StateAsync(context))
            .AllowAnonymous()
            .WithTags("Revocation")
            .WithName("stateRevocation")
            .WithSummary("The statement that the certificate's key signs; nothing is asked for by this.")
            .Produces<StatementToSign>()
            .AnswersProblems(400, 413, 422, 429, 503)
            .TakesJson<StatementBody>();

        app.MapPost(RevokeOwnCertificate.Path, (RevokeOwnCertificate handler, HttpContext context) => handler.HandleAsync(context))
            .RequireAuthorization(AccessPolicies.Provider)
            .WithTags("Providers")
            .WithName("revokeCertificate")
            .WithSummary("Revoke one of your certificates, by its issuer and serial number.")
            .GivesRevocation()
            .AnswersProblems(400, 401, 403, 404, 413, 422, 503)
            .TakesJson<OwnCertificateBody>();

        app.MapPost(RevokeUnit.Path, (RevokeUnit handler, HttpContext context) => handler.HandleAsync(context))
            .RequireAuthorization(AccessPolicies.Station)
            .WithTags("Stations")
            .WithName("revokeUnit")
            .WithSummary("Revoke the certificate of one of your units (scrap), put it on hold, or release it.")
            .GivesRevocation()
            .AnswersProblems(400, 401, 403, 404, 413, 422, 503)
            .TakesJson<UnitBody>();

        MapOfficers(
            app.MapGroup("/api/v1/officer").RequireAuthorization(AccessPolicies.Officer).WithTags("Officers").AnswersProblems(401, 403, 503)
        );
    }

    private static void MapOfficers(RouteGroupBuilder officer)
    {
        officer
            .MapGet(
                "certificates/{authority}/{serialNumber}",
                (ShowCertificate handler, HttpContext context, string authority, string serialNumber) =>
                    handler.HandleAsync(context, authority, serialNumber)
            )
            .WithName("showCertificate")
            .WithSummary("How a certificate stands, before you sign about it.")
            .Produces<CertificateView>()
            .AnswersProblems(404);

        officer
            .MapPost("revocations", (RevokeAsOfficer handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("revokeAsOfficer")
            .WithSummary("Revoke, hold or release one certificate, by a statement signed with your own key.")
            .GivesRevocation()
            .AnswersProblems(400, 404, 409, 413, 422)
            .TakesJson<OfficerRevocationBody>();

        officer
            .MapGet("recalls", (ShowRecalls handler, HttpContext context) => handler.ListAsync(context))
            .WithName("listRecalls")
            .WithSummary("Recalls, the newest first.")
            .Produces<IReadOnlyList<RecallView>>();

        officer
            .MapGet("recalls/{id}", (ShowRecalls handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("showRecall")
            .WithSummary("One recall: what it does, how many certificates it names, and what officers said of it.")
            .Produces<RecallView>()
            .AnswersProblems(404);

        officer
            .MapGet("recalls/{id}/members", (ShowRecalls handler, HttpContext context, string id) => handler.MembersAsync(context, id))
            .WithName("listRecallMembers")
            .WithSummary("The very set, a line \"authority serial\" a certificate; its SHA-256 is what you sign.")
            .Produces(200, contentType: "text/plain")
            .AnswersProblems(404);

        officer
            .MapPost("recalls/{id}/decisions", (DecideOnRecall handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("decideOnRecall")
            .WithSummary("Approve or refuse a recall, with a statement signed by your own key. Two different officers must approve.")
            .Produces<RecallView>()
            .AnswersProblems(400, 404, 409, 413, 422)
            .TakesJson<RecallDecisionBody>();
    }

    private static RouteHandlerBuilder GivesRevocation(this RouteHandlerBuilder route) =>
        route
            .Produces<RevocationAnswer>(201)
            .Produces<RevocationAnswer>()
            .Produces<RevocationAnswer>(202)
            .HasQuery(AskForRevocation.WaitParameter, "Seconds to wait for the key room, 0 to 30; 5 unless given.");
}
