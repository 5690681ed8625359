using System.Diagnostics;
using System.Net.Security;
using System.Text;
using SigningAuthority.Benchmarks.Processes;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>Many clients, each with a connection of its own and one request at a time.</summary>
internal sealed class SingleRequests(LoadSettings settings, string path, ReadOnlyMemory<byte>[] bodies)
{
    private const int Attempts = 5;
    private const int ConnectingAtATime = 16;

    private readonly byte[][] _requests =
    [
        .. bodies.Select(body =>
            (byte[])
                [
                    .. Encoding.ASCII.GetBytes(
                        $"POST {path} HTTP/1.1\r\nHost: {settings.Address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"
                    ),
                    .. body.Span,
                ]
        ),
    ];

    private int _next = -1;
    private int _turnedAway;
    private int _failed;
    private long _lastAnswer;

    public async Task<LoadResult> RunAsync(int clients, Watched watched, CancellationToken cancellation)
    {
        var links = await ConnectAsync(clients, cancellation);
        var latencies = new List<long>[clients];
        watched.Begin();
        var began = Stopwatch.GetTimestamp();
        var until = began + (long)(settings.Length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(
            links.Select((link, i) => Task.Run(async () => latencies[i] = await RequestAsync(link, until, cancellation), cancellation))
        );
        var took = Stopwatch.GetElapsedTime(began, _lastAnswer);
        foreach (var link in links)
            await link.DisposeAsync();

        double[] milliseconds = [.. latencies.SelectMany(one => one).Select(ticks => ticks * 1000.0 / Stopwatch.Frequency).Order()];
        return new LoadResult(milliseconds.Length, Math.Min(_next + 1, _requests.Length), _turnedAway, _failed, took, milliseconds);
    }

    private async Task<StationLink[]> ConnectAsync(int clients, CancellationToken cancellation)
    {
        var station = SslStreamCertificateContext.Create(settings.Certificate, null, offline: true);
        var links = new StationLink[clients];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, clients),
            new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtATime, CancellationToken = cancellation },
            async (i, token) => links[i] = await StationLink.OpenAsync(settings, station, token)
        );
        return links;
    }

    private async Task<List<long>> RequestAsync(StationLink link, long until, CancellationToken cancellation)
    {
        var latencies = new List<long>(4096);
        while (Stopwatch.GetTimestamp() < until && Interlocked.Increment(ref _next) is var number && number < _requests.Length)
        {
            var began = Stopwatch.GetTimestamp();
            var status = await link.ExchangeAsync(_requests[number], cancellation);
            for (var attempt = 1; status == 503 && attempt < Attempts; attempt++)
            {
                Interlocked.Increment(ref _turnedAway);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
                status = await link.ExchangeAsync(_requests[number], cancellation);
            }

            Interlocked.Exchange(ref _lastAnswer, Stopwatch.GetTimestamp());
            if (status is 200 or 201)
                latencies.Add(Stopwatch.GetTimestamp() - began);
            else
                Interlocked.Increment(ref _failed);
        }

        return latencies;
    }
}
