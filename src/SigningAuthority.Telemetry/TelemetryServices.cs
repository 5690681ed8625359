using Microsoft.Extensions.DependencyInjection;

namespace SigningAuthority.Telemetry;

/// <summary>The meters and trace sources that a process tells of.</summary>
public sealed record TelemetrySources(IReadOnlyList<string> Meters, IReadOnlyList<string> Traces);

public static class TelemetryServices
{
    /// <summary>Gathers the meters for <see cref="PrometheusMetrics"/>, and exports meters and traces by OTLP where the environment says so.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetrySources sources) =>
        services
            .AddSingleton(sources)
            .AddSingleton<PrometheusMetrics>()
            .AddHostedService(provider => provider.GetRequiredService<PrometheusMetrics>())
            .AddHostedService<ExportTelemetry>();
}
