using System.Net;
using System.Net.NetworkInformation;

namespace SigningAuthority.IntegrationTests.Provisioning;

internal static class Listening
{
    /// <summary>Whether somebody listens on this port of 127.0.0.1, by TCP.</summary>
    public static bool On(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>The same by UDP.</summary>
    public static bool OnUdp(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Contains(new IPEndPoint(IPAddress.Loopback, port));
}
