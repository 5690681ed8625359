using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace SigningAuthority.Telemetry;

/// <summary>
/// Gathers the process's measurements and writes them as Prometheus reads them. Small on purpose: there is no exporter package to be had,
/// and counters, gauges and one set of histogram bounds are all that is needed.
/// </summary>
public sealed class PrometheusMetrics : IHostedService, IDisposable
{
    /// <summary>The media type of <see cref="Write"/>.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Family> _families = new();

    public PrometheusMetrics(TelemetrySources sources)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (sources.Meters.Contains(instrument.Meter.Name))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(Family.NameOf(instrument), _ => new Family(instrument)));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((Family)family!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((Family)family!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((Family)family!).Measure(value, tags));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All families in Prometheus' text format.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (_, family) in _families.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            family.Write(text);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>One instrument with all its series.</summary>
    private sealed class Family(Instrument instrument)
    {
        private readonly ConcurrentDictionary<string, MetricSeries> _series = new();

        // The labels of a measurement are not written anew each time: an instrument has few series and is used thousands of times a second.
        private readonly ConcurrentDictionary<(string?, object?, string?, object?), MetricSeries> _known = new();
        private readonly string _name = NameOf(instrument);
        private readonly string? _description = instrument.Description;
        private readonly bool _isObserved = instrument.IsObservable;
        private readonly MetricKind _kind = KindOf(instrument);

        public static string NameOf(Instrument instrument)
        {
            var name = string.Concat(instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            return (KindOf(instrument), instrument.Unit) switch
            {
                (MetricKind.Counter, _) => name + "_total",
                (_, "s") => name + "_seconds",
                _ => name,
            };
        }

        public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var series = tags.Length <= 2 ? FindKnown(tags) : Find(tags);
            if (_isObserved)
                series.Set(value);
            else
                series.Add(value);
        }

        private MetricSeries FindKnown(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var (first, second) = (tags.Length > 0 ? tags[0] : default, tags.Length > 1 ? tags[1] : default);
            var key = (first.Key, first.Value, second.Key, second.Value);
            return _known.TryGetValue(key, out var series) ? series : _known[key] = Find(tags);
        }

        private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _series.GetOrAdd(Labels(tags), labels => new MetricSeries(_kind, labels));

        public void Write(StringBuilder text)
        {
            if (_series.IsEmpty)
                return;
            text.Append(
                $"# HELP {_name} {(_description ?? _name).ReplaceLineEndings(" ")}\n# TYPE {_name} {_kind.ToString().ToLowerInvariant()}\n"
            );
            foreach (var (_, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                series.Write(text, _name);
        }

        private static MetricKind KindOf(Instrument instrument) =>
            instrument.GetType().Name.Split('`')[0] switch
            {
                nameof(Counter<long>) or nameof(ObservableCounter<long>) => MetricKind.Counter,
                nameof(Histogram<double>) => MetricKind.Histogram,
                _ => MetricKind.Gauge,
            };

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = new List<string>(tags.Length);
            foreach (var (name, value) in tags)
            {
                var escaped = (value?.ToString() ?? "").Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
                labels.Add($"{string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'))}=\"{escaped}\"");
            }

            labels.Sort(StringComparer.Ordinal);
            return string.Join(',', labels);
        }
    }
}
