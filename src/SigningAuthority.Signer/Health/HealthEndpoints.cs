using System.Net;
using Npgsql;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;
using SigningAuthority.Telemetry;

namespace SigningAuthority.Signer.Health;

/// <summary>Health on loopback: is the process alive, and what does it wait for.</summary>
internal static class HealthEndpoints
{
    public static void Listen(WebApplicationBuilder builder, Uri? address) =>
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                // Kestrel insists on some address; an unconfigured one becomes an ephemeral port on loopback.
                kestrel.Listen(address is null ? new IPEndPoint(IPAddress.Loopback, 0) : new IPEndPoint(IPAddress.Loopback, address.Port));
            });

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet(
            "/metrics",
            async (PrometheusMetrics metrics, EvidenceHealth evidence, RevocationListHealth lists, CancellationToken cancellation) =>
            {
                await evidence.ReadAsync(cancellation);
                await lists.ReadAsync(cancellation);
                return Results.Text(metrics.Write(), PrometheusMetrics.MediaType);
            }
        );
        app.MapGet("/health/live", () => Results.Json(new { status = "live" }));
        app.MapGet(
            "/health/ready",
            async (
                NpgsqlDataSource database,
                TokenHealth token,
                LogHealth log,
                EvidenceHealth evidence,
                RevocationListHealth lists,
                SignerSettings settings,
                TimeProvider time,
                CancellationToken cancellation
            ) =>
            {
                var databaseDetail = await ProbeDatabaseAsync(database, cancellation);
                var isReady = databaseDetail is null && token.Current.IsOk && log.Current.IsOk;
                return Results.Json(
                    new
                    {
                        status = isReady ? "ready" : "waiting",
                        lanes = settings.Lanes.Select(lane => lane.ToString()),
                        database = new { status = databaseDetail is null ? "ok" : "away", detail = databaseDetail },
                        token = new
                        {
                            status = token.Current.IsOk ? "ok" : "away",
                            detail = token.Current.Detail,
                            since = token.Current.Since,
                        },
                        log = new
                        {
                            status = log.Current.IsOk ? "ok" : "not sealed",
                            detail = log.Current.Detail,
                            since = log.Current.Since,
                        },
                        evidence = DescribeEvidence(await evidence.ReadAsync(cancellation), time.GetUtcNow()),
                        revocationLists = (await lists.ReadAsync(cancellation)).Select(list => new
                        {
                            status = lists.IsLate(list) ? "late" : "ok",
                            list.Authority,
                            list.List,
                            list.Number,
                            list.ThisUpdate,
                            list.NextUpdate,
                        }),
                    },
                    statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
                );
            }
        );
    }

    // Shown and no more: who looks into differences needs everything else to go on.
    private static object DescribeEvidence(EvidenceState? evidence, DateTimeOffset now) =>
        new
        {
            status = evidence switch
            {
                null => "not compared yet",
                { Differences: 0 } => evidence.IsLate(now) ? "late" : "ok",
                _ => "differences",
            },
            differences = evidence?.Differences ?? 0,
            detail = evidence?.First,
            entries = evidence?.To,
            at = evidence?.At,
        };

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
