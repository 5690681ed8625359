using Microsoft.OpenApi;
using SigningAuthority.Api.Description;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>The state of certificates (RFC 6960 appendix A, RFC 5019 §5): /ocsp/{authority} as certificates name it, or /ocsp alone.</summary>
internal static class OcspEndpoints
{
    private static readonly OpenApiSchema Octets = new() { Type = JsonSchemaType.String, Format = "binary" };

    public static IServiceCollection AddOcsp(this IServiceCollection services) =>
        services
            .AddSingleton<OcspDesk>()
            .AddSingleton<OcspIssuers>()
            .AddSingleton<OcspMetrics>()
            .AddSingleton<OcspPlaces>()
            .AddSingleton<OnDemandRates>()
            .AddSingleton<StoredAnswers>()
            .AddHostedService(provider => provider.GetRequiredService<StoredAnswers>())
            .AddSingleton<AskKeyRoom>()
            .AddHostedService(provider => provider.GetRequiredService<AskKeyRoom>())
            .AddSingleton<AnswerOcsp>();

    public static void MapOcsp(this IEndpointRouteBuilder app)
    {
        var ocsp = app.MapGroup("").AllowAnonymous().WithTags("Publication");
        ocsp.MapMethods(
                "/ocsp/{**address}",
                ["GET", "HEAD"],
                // For the description alone: the handler reads the address as it came.
                (AnswerOcsp handler, HttpContext context, string? address) => handler.GetAsync(context)
            )
            .WithName("ocspGet")
            .WithSummary(
                "The state of a certificate: [AUTHORITY/] and the OCSPRequest, base64, URL-encoded (RFC 6960 appendix A.1). Answers may be cached (RFC 5019 §6.2)."
            )
            .Produces(200, contentType: OcspMedia.Response)
            .Produces(400, contentType: OcspMedia.Response);
        ocsp.MapPost("/ocsp/{**address}", (AnswerOcsp handler, HttpContext context, string? address) => handler.PostAsync(context, address))
            .WithName("ocspPost")
            .WithSummary(
                "The state of one to 32 certificates, with or without nonce (RFC 6960, 9654). Below /ocsp/ the authority that issued them, or nothing."
            )
            .Produces(200, contentType: OcspMedia.Response)
            .AnswersProblems(404, 415)
            .AddOpenApiOperationTransformer(
                (operation, _, _) =>
                {
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Description = $"DER, at most {OcspRequest.MostOctets} octets.",
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            [OcspMedia.Request] = new OpenApiMediaType { Schema = Octets },
                        },
                    };
                    return Task.CompletedTask;
                }
            );
    }
}
