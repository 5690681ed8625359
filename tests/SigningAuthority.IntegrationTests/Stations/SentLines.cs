using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>The body of a batch that is made while it is sent; how far it got can be seen.</summary>
internal sealed class SentLines : HttpContent
{
    private readonly IEnumerable<string> _lines;
    private int _sent;

    public SentLines(IEnumerable<string> lines)
    {
        _lines = lines;
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
    }

    /// <summary>Lines that the connection took so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        foreach (var line in _lines)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
            Interlocked.Increment(ref _sent);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
