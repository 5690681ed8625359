using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>What a line has seen so far. Thread-safe.</summary>
internal sealed class LineTally
{
    private readonly ConcurrentBag<double> _milliseconds = [];

    // How often each code came: refusals, and defects of certificates.
    private readonly ConcurrentDictionary<string, int> _notIssued = new();
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private int _issued;
    private int _again;

    public int Issued => Volatile.Read(ref _issued);

    /// <summary>Requests that were sent again: after a 503, a lost connection, an answer that came to nothing.</summary>
    public int Again => Volatile.Read(ref _again);

    public int NotIssued => _notIssued.Values.Sum();

    /// <summary>Units that are done with, for better or worse.</summary>
    public int Done => Issued + NotIssued;

    /// <param name="took">From the first time that the unit was asked for.</param>
    public void Issue(TimeSpan took)
    {
        _milliseconds.Add(took.TotalMilliseconds);
        Interlocked.Increment(ref _issued);
    }

    public void Refuse(string code) => _notIssued.AddOrUpdate(code, 1, (_, count) => count + 1);

    public void SendAgain() => Interlocked.Increment(ref _again);

    public void Print(TextWriter output, int units, DrawnUnits drawn)
    {
        var seconds = _elapsed.Elapsed.TotalSeconds;
        var sorted = _milliseconds.Order().ToList();
        output.WriteLine(
            $"{drawn.Count} of {units} units have their certificate{(drawn.Before > 0 ? $", {drawn.Before} of them from before" : "")}"
        );
        foreach (var (code, count) in _notIssued.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"  {count} × {PlainText.Of(code)}");
        output.WriteLine($"checked: {drawn}, none twice; each signed by the client root for its unit and key");
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{seconds:0.0} s, {Issued / seconds:0} certificates/s; p50 {At(sorted, 0.5):0} ms, p99 {At(sorted, 0.99):0} ms, longest {At(sorted, 1):0} ms; {Again} sent again"
            )
        );
    }

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? 0 : sorted[(int)((sorted.Count - 1) * part)];
}
