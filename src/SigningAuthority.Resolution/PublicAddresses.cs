using System.Net;
using System.Net.Sockets;

namespace SigningAuthority.Resolution;

/// <summary>
/// Which addresses belong to the public internet: everything but the blocks of IANA's special-purpose registries (RFC 6890, with
/// multicast and reserved space), and but forms of IPv6 that carry an IPv4 address which is not public itself.
/// </summary>
public static class PublicAddresses
{
    // https://www.iana.org/assignments/iana-ipv4-special-registry: what is not "globally reachable", and anycast addresses on which
    // no web server lives. 192.88.99.0/24 was the 6to4 relays' (RFC 7526).
    private static readonly IPNetwork[] Special4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network, RFC 791
        IPNetwork.Parse("10.0.0.0/8"), // private, RFC 1918
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT, RFC 6598
        IPNetwork.Parse("127.0.0.0/8"), // loopback, RFC 1122
        IPNetwork.Parse("169.254.0.0/16"), // link-local and clouds' metadata, RFC 3927
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // IETF protocol assignments, RFC 6890
        IPNetwork.Parse("192.0.2.0/24"), // documentation, RFC 5737
        IPNetwork.Parse("192.31.196.0/24"), // AS112, RFC 7535
        IPNetwork.Parse("192.52.193.0/24"), // AMT, RFC 7450
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("192.175.48.0/24"), // AS112, RFC 7534
        IPNetwork.Parse("198.18.0.0/15"), // benchmarking, RFC 2544
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast, RFC 1112
        IPNetwork.Parse("240.0.0.0/4"), // reserved and limited broadcast
    ];

    // https://www.iana.org/assignments/iana-ipv6-special-registry, within 2000::/3; nothing outside of it is global unicast.
    private static readonly IPNetwork[] Special6 =
    [
        IPNetwork.Parse("2001::/23"), // IETF protocol assignments: Teredo, ORCHID, benchmarking, anycast
        IPNetwork.Parse("2001:db8::/32"), // documentation, RFC 3849
        IPNetwork.Parse("2002::/16"), // 6to4, RFC 3056: leads to any IPv4 address through a relay; given up by RFC 7526
        IPNetwork.Parse("2620:4f:8000::/48"), // AS112
        IPNetwork.Parse("3fff::/20"), // documentation, RFC 9637
    ];

    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3"); // RFC 4291 §2.4, RFC 3587
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96"); // RFC 6052 §2.1

    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Special4.Any(block => block.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0)
            return false;
        // A socket that is given ::ffff:a.b.c.d connects to a.b.c.d (RFC 4291 §2.5.5.2).
        if (address.IsIPv4MappedToIPv6)
            return IsPublic(address.MapToIPv4());
        // A translator does the same with the last 32 bits.
        if (Nat64.Contains(address))
            return IsPublic(new IPAddress(address.GetAddressBytes()[12..]));
        return GlobalUnicast6.Contains(address) && !Special6.Any(block => block.Contains(address));
    }
}
