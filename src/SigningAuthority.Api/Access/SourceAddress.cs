using System.Net;
using System.Net.Sockets;

namespace SigningAuthority.Api.Access;

/// <summary>Where a request came from, as the socket says: headers of proxies are not believed.</summary>
internal static class SourceAddress
{
    private static readonly string[] OfProxies =
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Real-IP",
    ];

    public static string? Of(HttpContext context) => Plain(context.Connection.RemoteIpAddress)?.ToString();

    public static bool IsLoopback(HttpContext context) =>
        Plain(context.Connection.RemoteIpAddress) is { } address && IPAddress.IsLoopback(address);

    /// <summary>
    /// Whether the request says that a proxy passed it on: then a loopback address is the proxy's and not the caller's. One that says
    /// nothing is still told by HTTP/1.0, which proxies speak (nginx does by default) and nobody who asks by himself.
    /// </summary>
    public static bool IsForwarded(HttpRequest request) =>
        HttpProtocol.IsHttp10(request.Protocol) || Array.Exists(OfProxies, request.Headers.ContainsKey);

    private static IPAddress? Plain(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
