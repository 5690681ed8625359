using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Client.Phones;

/// <summary>Finds a device's MAC address in the subject of its certificate, whichever of the layouts in the field it has.</summary>
internal static partial class DeviceSubject
{
    /// <summary>Null when the subject names no device, or two different ones.</summary>
    public static MacAddress? FindMac(X500DistinguishedName subject)
    {
        var commonNames = SubjectAttributes.Of(subject, SubjectAttributes.CommonName);
        var found = SubjectAttributes
            .Of(subject, SubjectAttributes.StateOrProvince) // "ST=000e08abcdef", ST of the longer layout
            .Concat(commonNames) // "CN=000E08ABCDEF"
            .Concat(commonNames.Select(name => MacInWords().Match(name).Groups["mac"].Value)) // "CN=SPA504G, MAC: 000E08ABCDEF, Serial: …"
            .Where(value => value.Length == 12)
            .Select(value => MacAddress.TryParse(value, out var mac) ? mac : (MacAddress?)null)
            .OfType<MacAddress>()
            .Distinct()
            .ToList();
        return found.Count == 1 ? found[0] : null;
    }

    [GeneratedRegex(@"\bMAC: (?<mac>[0-9A-Fa-f]{12})\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MacInWords();
}
