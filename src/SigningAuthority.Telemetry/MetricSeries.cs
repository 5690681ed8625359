using System.Globalization;
using System.Text;

namespace SigningAuthority.Telemetry;

/// <summary>How a series' measurements add up.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One instrument with one set of labels. Thread-safe.</summary>
internal sealed class MetricSeries(MetricKind kind, string labels)
{
    /// <summary>Seconds: from what a database takes to what a station waits.</summary>
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private double _value;
    private long _count;

    /// <summary>Another amount: added to counters and histograms.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            _value += value;
            _count++;
            var bucket = Array.FindIndex(Bounds, bound => value <= bound);
            _buckets[bucket < 0 ? Bounds.Length : bucket]++;
        }
    }

    /// <summary>The amount as it is now: of gauges.</summary>
    public void Set(double value)
    {
        lock (_gate)
            _value = value;
    }

    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    public void Write(StringBuilder text, string name)
    {
        lock (_gate)
        {
            if (kind != MetricKind.Histogram)
            {
                Line(text, name, labels, _value);
                return;
            }

            long sum = 0;
            for (var i = 0; i < Bounds.Length; i++)
                Line(text, name + "_bucket", With($"le=\"{Number(Bounds[i])}\""), sum += _buckets[i]);
            Line(text, name + "_bucket", With("le=\"+Inf\""), _count);
            Line(text, name + "_sum", labels, _value);
            Line(text, name + "_count", labels, _count);
        }
    }

    private string With(string label) => labels.Length == 0 ? label : labels + "," + label;

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
