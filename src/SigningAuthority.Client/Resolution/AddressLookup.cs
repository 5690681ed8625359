using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Resolution;

/// <summary>Finds a name's A records: never AAAA or SRV, as the firmware does. Asks the given resolver over UDP, or the system's when none is given.</summary>
internal sealed class AddressLookup(IPEndPoint? resolver)
{
    private const int Attempts = 3;
    private static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(2);

    /// <summary>The addresses in the resolver's order; empty when the name has none.</summary>
    /// <exception cref="WorldFaultException">The resolver doesn't answer or fails (resolver-failed).</exception>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(Fqdn name, CancellationToken cancellation)
    {
        try
        {
            return resolver is null
                ? await Dns.GetHostAddressesAsync(name.Value, AddressFamily.InterNetwork, cancellation)
                : await AskAsync(resolver, name, cancellation);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
        catch (SocketException failure)
        {
            throw new WorldFaultException("resolver-failed", $"{name}: {failure.Message}");
        }
    }

    private static async Task<IReadOnlyList<IPAddress>> AskAsync(IPEndPoint resolver, Fqdn name, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryAskAsync(resolver, name, cancellation) is not { } answer)
                continue;
            if (answer.IsTruncated)
                throw new WorldFaultException(
                    "resolver-failed",
                    $"{name}: the answer of {resolver} does not fit a datagram, and phones don't ask again over TCP."
                );
            return answer.ResponseCode is DnsAnswer.NoError or DnsAnswer.NoSuchName
                ? answer.Addresses
                : throw new WorldFaultException("resolver-failed", $"{name}: {resolver} answered with code {answer.ResponseCode}.");
        }

        throw new WorldFaultException(
            "resolver-failed",
            $"{name}: {resolver} did not answer {Attempts} questions of {AttemptTime.TotalSeconds:0} s each."
        );
    }

    /// <summary>Null when no answer to this question came in time. A new socket a question: a new source port (RFC 5452 §4.5).</summary>
    private static async Task<DnsAnswer?> TryAskAsync(IPEndPoint resolver, Fqdn name, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AttemptTime);
        using var socket = new Socket(resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var datagram = new byte[1232];
        try
        {
            // Connected: datagrams of any other sender are dropped by the kernel.
            await socket.ConnectAsync(resolver, limit.Token);
            await socket.SendAsync(DnsQuery.ForAddresses(id, name), limit.Token);
            while (true)
            {
                var length = await socket.ReceiveAsync(datagram, limit.Token);
                if (DnsAnswer.TryRead(datagram.AsSpan(0, length), id, name, out var answer))
                    return answer;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
