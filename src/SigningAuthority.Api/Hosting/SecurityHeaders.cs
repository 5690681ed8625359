namespace SigningAuthority.Api.Hosting;

/// <summary>Headers on every answer; a handler that knows better sets its own first.</summary>
internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(
                    static state =>
                    {
                        var context = (HttpContext)state;
                        var headers = context.Response.Headers;
                        headers.XContentTypeOptions = "nosniff";
                        headers["Referrer-Policy"] = "no-referrer";
                        headers.TryAdd("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
                        headers.TryAdd("Cache-Control", "no-store");
                        if (context.Request.IsHttps)
                            headers.StrictTransportSecurity = "max-age=31536000";
                        return Task.CompletedTask;
                    },
                    context
                );
                return next(context);
            }
        );
}
