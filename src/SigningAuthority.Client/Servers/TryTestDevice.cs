using System.Net;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.Phones;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Servers;

/// <summary>Asks a server for a test device's own file, and for another's: the first must not be forbidden, the second must be.</summary>
internal sealed class TryTestDevice(ObserveServer server, X509Certificate2 device)
{
    /// <param name="rule">The address with macros, as phones are given it.</param>
    /// <param name="own">The test device's address.</param>
    /// <param name="other">Another device's, whose file is there if possible.</param>
    /// <param name="cancellation">Ends the visits.</param>
    public async Task<IReadOnlyList<Refusal>> RunAsync(string rule, MacAddress own, MacAddress other, CancellationToken cancellation)
    {
        var mine = await server.AskAsync(ProvisioningAddress.Parse(rule, own), device, cancellation);
        // A file that is not there is the provider's business; being turned away is the server's configuration.
        if (IsTurnedAway(mine))
            return
            [
                ServerFindings.DeviceRefused.BrokenBy("The server turns the test device away.", $"the file of {own}, or 404", Word(mine)),
            ];

        var others = await server.AskAsync(ProvisioningAddress.Parse(rule, other), device, cancellation);
        if (IsTurnedAway(others))
            return [];
        return others == HttpStatusCode.NotFound
            ?
            [
                ServerFindings.ComparisonNotSeen.BrokenBy(
                    "The server says that another device's file is not there, instead of refusing it: whether it compares can't be told.",
                    $"403 for the file of {other}",
                    Word(others)
                ),
            ]
            :
            [
                ServerFindings.MacNotCompared.BrokenBy(
                    "The server gives a device another device's file.",
                    $"403 for the file of {other}",
                    Word(others)
                ),
            ];
    }

    private static bool IsTurnedAway(HttpStatusCode? status) =>
        status is null or HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    private static string Word(HttpStatusCode? status) => status is { } known ? $"HTTP {(int)known}" : "a TLS alert";
}
