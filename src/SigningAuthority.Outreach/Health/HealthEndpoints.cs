using System.Net;
using Npgsql;
using SigningAuthority.Telemetry;

namespace SigningAuthority.Outreach.Health;

/// <summary>Health on loopback: is the process alive, and does its database answer.</summary>
internal static class HealthEndpoints
{
    public static void Listen(WebApplicationBuilder builder, Uri? address) =>
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                // Kestrel insists on some address; an unconfigured one becomes an ephemeral port on loopback.
                kestrel.Listen(new IPEndPoint(IPAddress.Loopback, address?.Port ?? 0));
            });

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/metrics", (PrometheusMetrics metrics) => Results.Text(metrics.Write(), PrometheusMetrics.MediaType));
        app.MapGet("/health/live", () => Results.Json(new { status = "live" }));
        app.MapGet(
            "/health/ready",
            async (NpgsqlDataSource database, CancellationToken cancellation) =>
            {
                var detail = await ProbeDatabaseAsync(database, cancellation);
                return Results.Json(
                    new
                    {
                        status = detail is null ? "ready" : "waiting",
                        database = new { status = detail is null ? "ok" : "away", detail },
                    },
                    statusCode: detail is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
                );
            }
        );
    }

    private static async Task<string?> ProbeDatabaseAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellation);
            return null;
        }
        catch (NpgsqlException exception)
        {
            return exception.Message;
        }
    }
}
