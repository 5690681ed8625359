using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace SigningAuthority.Telemetry;

/// <summary>Sends measurements and traces by OTLP, when OTEL_EXPORTER_OTLP_ENDPOINT says where to; the exporter reads its other variables itself.</summary>
internal sealed class ExportTelemetry(TelemetrySources sources) : IHostedService, IDisposable
{
    private MeterProvider? _meters;
    private TracerProvider? _traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
        {
            _meters = Sdk.CreateMeterProviderBuilder().AddMeter([.. sources.Meters]).AddOtlpExporter().Build();
            _traces = Sdk.CreateTracerProviderBuilder().AddSource([.. sources.Traces]).AddOtlpExporter().Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _traces?.Dispose();
        _meters?.Dispose();
    }
}
