using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using SigningAuthority.Api.Access;

namespace SigningAuthority.Api.Description;

/// <summary>/openapi/v1.json: the routes with their answers, and how one signs in for each.</summary>
internal static class OpenApiDocumentation
{
    public static IServiceCollection AddDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info.Title = "SigningAuthority";
                        document.Info.Version = "1";
                        document.Info.Description =
                            "A private certificate authority for provisioning servers and devices. Errors are application/problem+json (RFC 9457) with a "
                            + "stable code; refusals list every broken rule at once.";
                        document.Components ??= new OpenApiComponents();
                        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                        {
                            [BearerAuthentication.Scheme] = new OpenApiSecurityScheme
                            {
                                Type = SecuritySchemeType.Http,
                                Scheme = "bearer",
                                Description = "A token that the operator made for a provider, an auditor or an operator.",
                            },
                            [StationAuthentication.Scheme] = new OpenApiSecurityScheme
                            {
                                Type = SecuritySchemeType.MutualTLS,
                                Description = "An enrolled station's client certificate.",
                            },
                        };
                        return Task.CompletedTask;
                    }
                );
                options.AddOperationTransformer(
                    (operation, context, _) =>
                    {
                        var policy = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().LastOrDefault()?.Policy;
                        if (policy is not null)
                        {
                            var scheme = policy == AccessPolicies.Station ? StationAuthentication.Scheme : BearerAuthentication.Scheme;
                            operation.Security =
                            [
                                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] },
                            ];
                            // Every bearer's calls are counted.
                            if (scheme == BearerAuthentication.Scheme)
                                (operation.Responses ??= []).TryAdd(
                                    "429",
                                    new OpenApiResponse { Description = "A limit is used up; see Retry-After." }
                                );
                        }

                        return Task.CompletedTask;
                    }
                );
            }
        );
}
