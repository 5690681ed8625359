using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Ports for servers, below those that the kernel gives to outgoing connections: nothing takes them between choosing and listening.</summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly ConcurrentDictionary<int, byte> Taken = new();

    /// <summary>A port of 127.0.0.1 that nobody listens on, and that is given once in this process.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (!Taken.TryAdd(port, 0))
                continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
