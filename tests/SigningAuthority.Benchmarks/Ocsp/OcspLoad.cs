using System.Diagnostics;
using System.Net.Sockets;
using SigningAuthority.Benchmarks.Load;

namespace SigningAuthority.Benchmarks.Ocsp;

/// <param name="Answered">With a state, signed.</param>
/// <param name="Others">Other statuses, such as tryLater.</param>
internal sealed record OcspLoadResult(int Answered, int Others, TimeSpan Took, IReadOnlyList<double> Milliseconds)
{
    public double PerSecond => Answered / Took.TotalSeconds;

    public double Percentile(int percent) =>
        Milliseconds.Count == 0 ? 0 : Milliseconds[Math.Min(Milliseconds.Count - 1, Milliseconds.Count * percent / 100)];
}

/// <summary>Many connections that are kept alive, each asking as soon as it was answered.</summary>
internal sealed class OcspLoad(Uri address, OcspQuestions questions, bool hasNonce, bool once, TimeSpan duration)
{
    // SEQUENCE of responseStatus ENUMERATED successful and responseBytes: the shortest signed one is some hundred octets.
    private const int LongestError = 16;

    private int _next = -1;

    public async Task<OcspLoadResult> RunAsync(int clients, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var tallies = await Task.WhenAll(
            Enumerable.Range(0, clients).Select(_ => Task.Run(() => AskAsync(clock, cancellation), cancellation))
        );
        var took = clock.Elapsed;
        return new OcspLoadResult(
            tallies.Sum(tally => tally.Answered),
            tallies.Sum(tally => tally.Others),
            took,
            [.. tallies.SelectMany(tally => tally.Milliseconds).Order()]
        );
    }

    private async Task<Tally> AskAsync(Stopwatch clock, CancellationToken cancellation)
    {
        var tally = new Tally();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, cancellation);
        var buffer = new byte[16 * 1024];
        while (clock.Elapsed < duration)
        {
            var number = Interlocked.Increment(ref _next);
            if (once && number >= questions.Count)
                break;
            var began = Stopwatch.GetTimestamp();
            await socket.SendAsync(questions.Encode(number, hasNonce, address.Authority), cancellation);
            var length = await ReceiveAsync(socket, buffer, cancellation);
            tally.Milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (length > LongestError)
                tally.Answered++;
            else
                tally.Others++;
        }

        return tally;
    }

    /// <returns>Octets of the body; 0 where the status is not 200.</returns>
    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellation)
    {
        var answer = new HttpAnswer();
        for (var filled = 0; ; )
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellation);
            if (read == 0)
                throw new IOException("The connection ended within an answer.");
            filled += read;
            if (answer.IsComplete(buffer.AsSpan(0, filled)))
                return answer.Status == 200 ? filled - buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) - 4 : 0;
        }
    }

    private sealed class Tally
    {
        public int Answered { get; set; }

        public int Others { get; set; }

        public List<double> Milliseconds { get; } = [];
    }
}
