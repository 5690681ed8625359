using SigningAuthority.Api.Access;
using SigningAuthority.Api.Requests;
using SigningAuthority.Telemetry;

namespace SigningAuthority.Api.Health;

internal static class HealthEndpoints
{
    public static IServiceCollection AddHealth(this IServiceCollection services) =>
        services
            .AddSingleton<CheckReadiness>()
            .AddTelemetry(
                new TelemetrySources(
                    [RequestMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql"],
                    ["Microsoft.AspNetCore", "Npgsql"]
                )
            )
            .AddHostedService<QueueDepth>();

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("").AllowAnonymous().WithTags("Health");

        health
            .MapMethods("/health/live", ["GET", "HEAD"], () => Results.Json(new Liveness("live")))
            .WithName("live")
            .WithSummary("This process answers.")
            .Produces<Liveness>();
        health
            .MapMethods("/health/ready", ["GET", "HEAD"], (CheckReadiness handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("ready")
            .WithSummary("Whether all parts are ready, and which is not.")
            .Produces<Readiness>()
            .Produces<Readiness>(503);

        // The numbers are the operator's: only for who is on this machine, on the plain port too, which everybody reaches who asks for a CRL.
        // Behind a proxy on this machine everybody would be on this machine.
        health
            .MapGet(
                "/metrics",
                (PrometheusMetrics metrics, HttpContext context) =>
                    !SourceAddress.IsLoopback(context) || SourceAddress.IsForwarded(context.Request)
                        ? Results.NotFound()
                        : Results.Text(metrics.Write(), PrometheusMetrics.MediaType)
            )
            .WithName("metrics")
            .WithSummary("Prometheus text.")
            .Produces(200, contentType: "text/plain");
    }

    /// <param name="Status">"live".</param>
    internal sealed record Liveness(string Status);
}
