using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>
/// Where a provider's server listens: an IP address and a port from 1 to 65535. What goes into a configuration file is written anew
/// from the two numbers, never the caller's text.
/// </summary>
internal sealed partial record ListenAddress
{
    private const int LargestPort = 65_535;

    private ListenAddress(IPAddress address, int port) => (Address, Port) = (address, port);

    public static ListenAddress Default { get; } = new(IPAddress.Any, 443);

    public IPAddress Address { get; }

    public int Port { get; }

    /// <param name="text">"192.0.2.7:443", "0.0.0.0:8443", "[2001:db8::7]:443".</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ListenAddress? listen)
    {
        listen = null;
        if (
            text is null
            || Form().Match(text) is not { Success: true } form
            || !IPAddress.TryParse(form.Groups["v4"].Success ? form.Groups["v4"].Value : form.Groups["v6"].Value, out var address)
            // "010.0.0.1" is octal to some and decimal to others.
            || (form.Groups["v4"].Success && address.ToString() != form.Groups["v4"].Value)
            || int.Parse(form.Groups["port"].Value, CultureInfo.InvariantCulture) is not (var port and <= LargestPort)
        )
        {
            return false;
        }

        listen = new ListenAddress(address, port);
        return true;
    }

    /// <summary>The same address some ports further on; null beyond the last port.</summary>
    public ListenAddress? After(int ports) => Port + ports <= LargestPort ? new ListenAddress(Address, Port + ports) : null;

    /// <summary>As nginx and Apache read it.</summary>
    public override string ToString() =>
        Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";

    [GeneratedRegex(
        @"\A(?:(?<v4>[0-9]{1,3}(?:\.[0-9]{1,3}){3})|\[(?<v6>[0-9A-Fa-f:.]{2,45})\]):(?<port>[1-9][0-9]{0,4})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
