namespace SigningAuthority.Api.Problems;

/// <summary>Sees to it that no answer of 400 and above leaves without a problem document.</summary>
internal static class ProblemMiddleware
{
    public static IServiceCollection AddProblems(this IServiceCollection services) =>
        services.AddSingleton<ExplainFailures>().AddExceptionHandler(provider => provider.GetRequiredService<ExplainFailures>());

    public static void UseProblems(this WebApplication app)
    {
        // RFC 9110 §9.3.2: HEAD is answered with the header section alone; over HTTP/2 a body would break the stream.
        app.Use(
            (context, next) =>
            {
                if (HttpMethods.IsHead(context.Request.Method))
                    context.Response.Body = Stream.Null;
                return next(context);
            }
        );
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(async statusPage =>
        {
            var context = statusPage.HttpContext;
            await ProblemKinds.OfStatus(context.Response.StatusCode).Because(Describe(context)).ExecuteAsync(context);
        });
    }

    private static IServiceCollection AddExceptionHandler(
        this IServiceCollection services,
        Func<IServiceProvider, Microsoft.AspNetCore.Diagnostics.IExceptionHandler> factory
    ) => services.AddSingleton(factory);

    private static string Describe(HttpContext context) =>
        context.Response.StatusCode switch
        {
            404 => "There is nothing at this address, or nothing of yours.",
            405 => $"{context.Request.Method} is not offered at this address; see the Allow header.",
            415 => "The content type is not one that this address takes; /openapi/v1.json lists them.",
            _ => "The request can't be answered.",
        };
}
