using System.Text.RegularExpressions;

namespace SigningAuthority.UnitTests.Issuance.Devices;

/// <summary>
/// How four kinds of providers' software find a device's MAC address in the subject that the web server hands them, written
/// again from their rules. Depends on nothing, so that other test projects can link the file.
/// </summary>
internal static class ProviderParsers
{
    /// <summary>Sipwise NGCP: the DN in lower case, ":" and "-" dropped, holds the MAC anywhere.</summary>
    public static bool SipwiseAccepts(string dn, string mac) =>
        dn.ToLowerInvariant().Replace(":", "").Replace("-", "").Contains(mac.ToLowerInvariant(), StringComparison.Ordinal);

    /// <summary>Cisco BroadWorks: <c>.*([0-9a-fA-F]{12}).*</c>, greedy, so the last run counts. Null when there is none.</summary>
    public static string? BroadWorksFinds(string dn) => GroupOf(Regex.Match(dn, "^.*([0-9a-fA-F]{12}).*$", RegexOptions.Singleline));

    /// <summary>NetSapiens community Apache configuration: the request URI contains the whole CN.</summary>
    public static bool NetSapiensAccepts(string? commonName, string requestUri) =>
        !string.IsNullOrEmpty(commonName) && requestUri.Contains(commonName, StringComparison.Ordinal);

    /// <summary>eventphone GURU3: <c>CN=([0-9A-Fa-f]{12})(?:,|/|$)</c>. Null when it finds none.</summary>
    public static string? Guru3Finds(string dn) => GroupOf(Regex.Match(dn, "CN=([0-9A-Fa-f]{12})(?:,|/|$)"));

    private static string? GroupOf(Match match) => match.Success ? match.Groups[1].Value : null;
}
