using Microsoft.OpenApi;
using SigningAuthority.Api.Problems;

namespace SigningAuthority.Api.Description;

/// <summary>What routes say of themselves in the OpenAPI document, where the handlers' signatures do not.</summary>
internal static class EndpointDescriptions
{
    public static TBuilder AnswersProblems<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            foreach (var status in statuses)
                endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(Problem), [ProblemResult.MediaType]));
        });
        return builder;
    }

    public static RouteHandlerBuilder HasQuery(this RouteHandlerBuilder builder, string name, string description) =>
        builder.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = name,
                        In = ParameterLocation.Query,
                        Description = description,
                        Schema = Text(),
                    }
                );
                return Task.CompletedTask;
            }
        );

    /// <summary>A CSR in any of its envelopes. Not "Accepts": that would turn away content types which are taken gladly.</summary>
    public static RouteHandlerBuilder TakesCertificationRequest(this RouteHandlerBuilder builder) =>
        builder.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = "device",
                        In = ParameterLocation.Query,
                        Description = "A model, with its firmware where it matters: SPA962, SPA504G@7.5.6. Repeat for each.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text() },
                        Style = ParameterStyle.Form,
                        Explode = true,
                    }
                );
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = "Idempotency-Key",
                        In = ParameterLocation.Header,
                        Description = "Your name for this request: sent again with the same body it gives the same request.",
                        Schema = Text(),
                    }
                );
                var bare = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Format = "binary",
                        Description = "PEM or DER, at most 16 KiB.",
                    },
                };
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/pkcs10"] = bare,
                        ["application/x-pem-file"] = bare,
                        ["text/plain"] = bare,
                        ["application/octet-stream"] = bare,
                        ["application/json"] = new OpenApiMediaType
                        {
                            Schema = Object(
                                ("csr", Text()),
                                ("devices", new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text() }),
                                ("note", Text())
                            ),
                        },
                        ["multipart/form-data"] = new OpenApiMediaType
                        {
                            Schema = Object(
                                ("csr", new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" }),
                                ("device", Text()),
                                ("note", Text())
                            ),
                        },
                    },
                };
                return Task.CompletedTask;
            }
        );

    public static RouteHandlerBuilder TakesJson<TBody>(
        this RouteHandlerBuilder builder,
        string mediaType = "application/json",
        bool isRequired = true
    ) =>
        builder.AddOpenApiOperationTransformer(
            async (operation, context, cancellation) =>
            {
                var schema = await context.GetOrCreateSchemaAsync(typeof(TBody), null, cancellation);
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = isRequired,
                    Content = new Dictionary<string, OpenApiMediaType> { [mediaType] = new OpenApiMediaType { Schema = schema } },
                };
            }
        );

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Object(params (string Name, IOpenApiSchema Schema)[] members) =>
        new() { Type = JsonSchemaType.Object, Properties = members.ToDictionary(member => member.Name, member => member.Schema) };
}
