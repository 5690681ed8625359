using System.Net;
using System.Net.Sockets;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>A name server of whoever wants to lead us astray (DNS rebinding): one address the first time, another from then on.</summary>
internal sealed class ChangingName : IDisposable
{
    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly string _first;
    private readonly string _then;
    private int _questions;

    public ChangingName(string first, string then)
    {
        (_first, _then) = (first, then);
        _ = ServeAsync();
    }

    /// <summary>Another address in each answer.</summary>
    public string? Beside { get; init; }

    public IPEndPoint EndPoint => (IPEndPoint)_server.Client.LocalEndPoint!;

    /// <summary>How often A records were asked for.</summary>
    public int AddressQuestions => Volatile.Read(ref _questions);

    public void Dispose() => _server.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var query = await _server.ReceiveAsync();
                await _server.SendAsync(Answer(query.Buffer), query.RemoteEndPoint);
            }
        }
        catch (Exception end) when (end is ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    // The question's type is the last but one 16-bit word; 1 is A (RFC 1035 §4.1.2).
    private byte[] Answer(byte[] query)
    {
        var addresses = query[^3] == 1 ? (string[])[Interlocked.Increment(ref _questions) == 1 ? _first : _then] : [];
        if (addresses.Length > 0 && Beside is not null)
            addresses = [.. addresses, Beside];
        byte[] answer =
        [
            .. query,
            .. addresses.SelectMany(address =>
                (byte[])[0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()]
            ),
        ];
        (answer[2], answer[3], answer[7]) = (0x81, 0x80, (byte)addresses.Length);
        return answer;
    }
}
