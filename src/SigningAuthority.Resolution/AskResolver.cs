using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace SigningAuthority.Resolution;

/// <summary>One question to one resolver, over UDP or TCP, with a random id from a random port (RFC 5452 §9.2). Nothing is kept.</summary>
public static class AskResolver
{
    // RFC 1035 §4.2.1 allows 512 without EDNS; somewhat more does no harm.
    private const int LargestDatagram = 1232;

    // A name with more records than fit here is nobody's provisioning server.
    private const int LargestMessage = 16 * 1024;

    /// <returns>Null when no answer to this question came in time.</returns>
    /// <exception cref="SocketException">The resolver can't be reached.</exception>
    public static async Task<DnsAnswer?> OverUdpAsync(
        IPEndPoint resolver,
        DnsName name,
        DnsRecordType type,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        using var socket = new Socket(resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var id = NewId();
        var datagram = new byte[LargestDatagram];
        try
        {
            // Connected: datagrams of any other sender are dropped by the kernel.
            await socket.ConnectAsync(resolver, limit.Token);
            await socket.SendAsync(DnsQuery.Write(id, name, type), limit.Token);
            while (true)
            {
                var length = await socket.ReceiveAsync(datagram, limit.Token);
                if (DnsAnswer.TryRead(datagram.AsSpan(0, length), id, name, type, out var answer))
                    return answer;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc cref="OverUdpAsync"/>
    public static async Task<DnsAnswer?> OverTcpAsync(
        IPEndPoint resolver,
        DnsName name,
        DnsRecordType type,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        using var socket = new Socket(resolver.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var id = NewId();
        try
        {
            await socket.ConnectAsync(resolver, limit.Token);
            await using var stream = new NetworkStream(socket);
            var query = DnsQuery.Write(id, name, type);
            // RFC 1035 §4.2.2: a length of two octets before each message; RFC 7766 §8: in one segment.
            byte[] framed = [(byte)(query.Length >> 8), (byte)query.Length, .. query];
            await stream.WriteAsync(framed, limit.Token);
            var head = new byte[2];
            await stream.ReadExactlyAsync(head, limit.Token);
            var length = BinaryPrimitives.ReadUInt16BigEndian(head);
            if (length > LargestMessage)
                return null;
            var message = new byte[length];
            await stream.ReadExactlyAsync(message, limit.Token);
            return DnsAnswer.TryRead(message, id, name, type, out var answer) ? answer : null;
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
}
