using Microsoft.OpenApi;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>
/// Enrollment over Secure Transport (RFC 7030 §3.2.2) for clients that know nothing of us; the optional label is a production order's name.
/// fullcmc and serverkeygen, which are optional, are not offered: 404.
/// </summary>
internal static class EstEndpoints
{
    public static IServiceCollection AddEst(this IServiceCollection services) =>
        services
            .AddSingleton<DeviceHistory>()
            .AddSingleton<DeviceProfiles>()
            .AddSingleton<ServeCaCertificates>()
            .AddSingleton<ServeRequestAttributes>()
            .AddSingleton<ReadEnrolment>()
            .AddSingleton<FindRenewed>()
            .AddSingleton<EnrolDevice>();

    public static void MapEst(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("/.well-known/est").AllowAnonymous().WithTags("EST");
        open.MapGet("cacerts", (ServeCaCertificates handler, HttpContext context) => handler.HandleAsync(context, null))
            .IsCaCertificates("estCaCertificates");
        open.MapGet(
                "{order}/cacerts",
                (ServeCaCertificates handler, HttpContext context, string order) => handler.HandleAsync(context, order)
            )
            .IsCaCertificates("estCaCertificatesOfOrder");

        var stations = app.MapGroup("/.well-known/est")
            .RequireAuthorization(AccessPolicies.Station)
            .WithTags("EST")
            .AnswersProblems(401, 403, 503);
        stations
            .MapGet("csrattrs", (ServeRequestAttributes handler, HttpContext context) => handler.HandleAsync(context, null))
            .IsRequestAttributes("estRequestAttributes");
        stations
            .MapGet(
                "{order}/csrattrs",
                (ServeRequestAttributes handler, HttpContext context, string order) => handler.HandleAsync(context, order)
            )
            .IsRequestAttributes("estRequestAttributesOfOrder");
        stations
            .MapPost("simpleenroll", (EnrolDevice handler, HttpContext context) => handler.HandleAsync(context, null, renews: false))
            .IsEnrolment("estEnrol", "A certificate for the device that the request's subject names (RFC 7030 §4.2.1).");
        stations
            .MapPost(
                "{order}/simpleenroll",
                (EnrolDevice handler, HttpContext context, string order) => handler.HandleAsync(context, order, renews: false)
            )
            .IsEnrolment("estEnrolFromOrder", "The same, drawn from a production order.");
        stations
            .MapPost("simplereenroll", (EnrolDevice handler, HttpContext context) => handler.HandleAsync(context, null, renews: true))
            .IsEnrolment("estRenew", "The certificate of a device that has one, asked for with its subject (RFC 7030 §4.2.2).");
        stations
            .MapPost(
                "{order}/simplereenroll",
                (EnrolDevice handler, HttpContext context, string order) => handler.HandleAsync(context, order, renews: true)
            )
            .IsEnrolment("estRenewOfOrder", "The same, for a unit of a production order.");
    }

    private static void IsCaCertificates(this RouteHandlerBuilder route, string name) =>
        route
            .WithName(name)
            .WithSummary("The client roots of all generations, base64 of CMS (RFC 7030 §4.1).")
            .Produces(200, contentType: "application/pkcs7-mime")
            .AnswersProblems(404, 503);

    private static void IsRequestAttributes(this RouteHandlerBuilder route, string name) =>
        route
            .WithName(name)
            .WithSummary("What a device's request must have, base64 of CsrAttrs (RFC 7030 §4.5).")
            .Produces(200, contentType: EstMedia.Attributes)
            .AnswersProblems(404);

    private static void IsEnrolment(this RouteHandlerBuilder route, string name, string summary) =>
        route
            .WithName(name)
            .WithSummary(summary)
            .Produces(200, contentType: "application/pkcs7-mime")
            .Produces(202, contentType: "text/plain")
            .AnswersProblems(400, 404, 409, 413, 415, 422)
            .AddOpenApiOperationTransformer(
                (operation, _, _) =>
                {
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            [EstMedia.CertificationRequest] = new OpenApiMediaType
                            {
                                Schema = new OpenApiSchema
                                {
                                    Type = JsonSchemaType.String,
                                    Description = "The base64 of a PKCS#10 request in DER, at most 16 KiB.",
                                },
                            },
                        },
                    };
                    return Task.CompletedTask;
                }
            );
}
