using System.Net;
using System.Net.Sockets;

namespace SigningAuthority.Api.Access;

/// <summary>Where a request came from, as the socket says: headers of proxies are not believed.</summary>
internal static class SourceAddress
{
    public static string? Of(HttpContext context) => Plain(context.Connection.RemoteIpAddress)?.ToString();

    public static bool IsLoopback(HttpContext context) =>
        Plain(context.Connection.RemoteIpAddress) is { } address && IPAddress.IsLoopback(address);

    private static IPAddress? Plain(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
