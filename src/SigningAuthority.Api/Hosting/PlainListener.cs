namespace SigningAuthority.Api.Hosting;

/// <summary>What may be had without TLS: what is published, health and metrics. Anything else is not there.</summary>
internal static class PlainListener
{
    private static readonly PathString[] Offered = ["/roots", "/log", "/health", "/metrics"];

    public static void LimitPlainListener(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                if (context.Request.IsHttps || Array.Exists(Offered, path => context.Request.Path.StartsWithSegments(path)))
                    return next(context);
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
}
