using Microsoft.AspNetCore.Http.Extensions;

namespace SigningAuthority.Api.Hosting;

/// <summary>
/// What may be had without TLS: what certificates refer to, which is signed itself and must not need a certificate to be fetched (RFC 5280 §8,
/// RFC 6960 appendix A), health and metrics. Who comes here for roots or the log is sent to HTTPS; anything else is not there.
/// </summary>
internal static class PlainListener
{
    private static readonly PathString[] Offered = ["/aia", "/crl", "/ocsp", "/health", "/metrics"];
    private static readonly PathString[] Moved = ["/roots", "/log"];

    public static void LimitPlainListener(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<ApiSettings>();
        app.Use(
            (context, next) =>
            {
                if (context.Request.IsHttps || IsBelow(Offered, context.Request.Path))
                    return next(context);
                if (IsBelow(Moved, context.Request.Path) && IsReading(context.Request) && context.Request.Host.HasValue)
                {
                    context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
                    context.Response.Headers.Location = SecureAddress(context.Request, settings);
                }
                else
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                }

                return Task.CompletedTask;
            }
        );
    }

    private static bool IsBelow(PathString[] paths, PathString path) => Array.Exists(paths, path.StartsWithSegments);

    private static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static string SecureAddress(HttpRequest request, ApiSettings settings)
    {
        var host = settings.PublicAddress is { } known
            ? HostString.FromUriComponent(known)
            : new HostString(request.Host.Host, settings.Address.Port);
        return UriHelper.BuildAbsolute("https", host, request.PathBase, request.Path, request.QueryString);
    }
}
