using System.Text.RegularExpressions;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Phones;

/// <summary>A profile rule's address with its macros expanded.</summary>
internal sealed partial record ProvisioningAddress(Uri Url, Fqdn Host)
{
    /// <summary>
    /// Expands $MAU (upper case), $MA (lower case), $MAC (lower case, in pairs with ":"), each also as $(MAU), and $$;
    /// as in the firmware, what is no macro stays as it is.
    /// </summary>
    /// <exception cref="InvalidInputException">Not such an address, or a macro without a MAC address to put in its place.</exception>
    public static ProvisioningAddress Parse(string rule, MacAddress? mac)
    {
        var text = Macro()
            .Replace(
                rule,
                match =>
                    match.Groups["name"].Value switch
                    {
                        "" => "$",
                        "MAU" => Known(mac).Upper,
                        "MA" => Known(mac).Lower,
                        _ => string.Join(':', Known(mac).Lower.Chunk(2).Select(pair => new string(pair))),
                    }
            );
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.UserInfo.Length > 0)
            throw new InvalidInputException($"'{text}' is not an https address.");
        return Fqdn.TryParse(url.IdnHost, out var host)
            ? new ProvisioningAddress(url, host)
            : throw new InvalidInputException(
                $"'{url.Host}' is no name that a server certificate can carry; phones need an FQDN. {Fqdn.Explain(url.IdnHost).Describe()}"
            );
    }

    /// <summary>The MAC address in the path, when there is one and no other.</summary>
    public MacAddress? MacInPath
    {
        get
        {
            var found = HexRun().Matches(Url.AbsolutePath).Select(match => MacAddress.Parse(match.Value)).Distinct().ToList();
            return found.Count == 1 ? found[0] : null;
        }
    }

    private static MacAddress Known(MacAddress? mac) =>
        mac
        ?? throw new InvalidInputException(
            "the address holds a MAC macro: give --mac, or a client certificate whose subject has the MAC address."
        );

    [GeneratedRegex(@"\$(?:\((?<name>MAU|MAC|MA)\)|(?<name>MAU|MAC|MA)|\$)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Macro();

    [GeneratedRegex(
        @"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5})(?![0-9A-Fa-f])",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex HexRun();
}
