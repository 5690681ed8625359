using System.Net;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>The firmware looks the certificate's name up and compares: a stolen certificate is of no use at another address.</summary>
internal static class PeerAddress
{
    private static readonly FirmwareRule Elsewhere = new(
        RefusalCodes.AddressMismatch,
        "provisioning guide: the A record of the CN is the address that the phone is connected to; no SRV, no AAAA",
        "give the name an A record of the address that phones connect to; NAT, anycast and split DNS break this"
    );

    public static Refusal? Judge(Fqdn name, IReadOnlyList<IPAddress> addresses, IPAddress peer) =>
        addresses.Contains(peer)
            ? null
            : Elsewhere.BrokenBy(
                $"The connection does not lead to an address of {name}.",
                addresses.Count == 0 ? $"an A record of {name}; there is none" : string.Join(", ", addresses),
                peer.ToString()
            );
}
