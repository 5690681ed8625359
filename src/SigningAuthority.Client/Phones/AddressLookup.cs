using System.Net;
using System.Net.Sockets;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Resolution;

namespace SigningAuthority.Client.Phones;

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
            var asking = AskResolver.OverUdpAsync(resolver, DnsName.Parse(name.Value), DnsRecordType.A, AttemptTime, cancellation);
            if (await asking is not { } answer)
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
}
