using System.Diagnostics;
using System.Net.Security;
using System.Text;
using SigningAuthority.Benchmarks.Processes;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>Batches that are read while they are sent, each over a connection of its own, as long as there are devices and time.</summary>
internal sealed class BatchRequests(LoadSettings settings, string path, ReadOnlyMemory<byte>[] lines)
{
    private const int LinesInChunk = 32;
    private const int BufferLength = 256 * 1024;
    private const byte LineFeed = (byte)'\n';

    private int _next;
    private int _issued;
    private int _failed;
    private long _lastAnswer;

    public async Task<LoadResult> RunAsync(int batches, Watched watched, CancellationToken cancellation)
    {
        var station = SslStreamCertificateContext.Create(settings.Certificate, null, offline: true);
        var links = new List<StationLink>();
        for (var i = 0; i < batches; i++)
            links.Add(await StationLink.OpenAsync(settings, station, cancellation));

        watched.Begin();
        var began = Stopwatch.GetTimestamp();
        var until = began + (long)(settings.Length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(
            links.Select(link => Task.WhenAll(SendAsync(link.Stream, until, cancellation), ReceiveAsync(link.Stream, cancellation)))
        );
        var took = Stopwatch.GetElapsedTime(began, _lastAnswer);
        foreach (var link in links)
            await link.DisposeAsync();
        return new LoadResult(_issued, Math.Min(_next, lines.Length), 0, _failed, took, []);
    }

    private async Task SendAsync(Stream stream, long until, CancellationToken cancellation)
    {
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: {settings.Address.Authority}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            ),
            cancellation
        );
        var chunk = new MemoryStream();
        while (
            Stopwatch.GetTimestamp() < until && Interlocked.Add(ref _next, LinesInChunk) - LinesInChunk is var first && first < lines.Length
        )
        {
            var some = lines.AsMemory(first, Math.Min(LinesInChunk, lines.Length - first));
            chunk.SetLength(0);
            chunk.Write(Encoding.ASCII.GetBytes($"{Sum(some.Span):x}\r\n"));
            for (var i = 0; i < some.Length; i++)
                chunk.Write(some.Span[i].Span);
            chunk.Write("\r\n"u8);
            await stream.WriteAsync(chunk.GetBuffer().AsMemory(0, (int)chunk.Length), cancellation);
        }

        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellation);
    }

    private static int Sum(ReadOnlySpan<ReadOnlyMemory<byte>> lines)
    {
        var sum = 0;
        foreach (var line in lines)
            sum += line.Length;
        return sum;
    }

    private async Task ReceiveAsync(Stream stream, CancellationToken cancellation)
    {
        var (received, body) = (new byte[BufferLength], new byte[2 * BufferLength]);
        var chunks = new ChunkedBody();
        var (filled, pending) = (0, 0);
        int read;
        while ((read = await stream.ReadAsync(received.AsMemory(filled), cancellation)) > 0)
        {
            Interlocked.Exchange(ref _lastAnswer, Stopwatch.GetTimestamp());
            filled += read;
            var (used, content) = chunks.Decode(received.AsSpan(0, filled), body.AsSpan(pending));
            received.AsSpan(used, filled - used).CopyTo(received);
            filled -= used;
            pending += content;
            var counted = Count(body.AsSpan(0, pending));
            body.AsSpan(counted, pending - counted).CopyTo(body);
            pending -= counted;
        }
    }

    /// <returns>How many octets were whole lines.</returns>
    private int Count(ReadOnlySpan<byte> octets)
    {
        var used = 0;
        for (var end = octets.IndexOf(LineFeed); end >= 0; end = octets[used..].IndexOf(LineFeed))
        {
            var line = octets.Slice(used, end);
            used += end + 1;
            if (line.IndexOf("\"status\":\"Issued\""u8) >= 0)
                Interlocked.Increment(ref _issued);
            else
                Interlocked.Increment(ref _failed);
        }

        return used;
    }
}
