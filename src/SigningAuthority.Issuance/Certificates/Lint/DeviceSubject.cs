using System.Buffers;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>
/// The hygiene of a device's subject as a whole: however a provider's software reads it, it finds one MAC address.
/// </summary>
internal static class DeviceSubject
{
    private static readonly SearchValues<char> Syntax = SearchValues.Create("*/=+\"\\<>;\0");

    /// <summary>Says what is wrong with a subject, or null. Looks at both spellings of the name.</summary>
    /// <param name="subject">The whole subject.</param>
    /// <param name="unsafeForeignHexRun">More than one MAC address is let pass; none is not.</param>
    /// <param name="hwSerialNum">What else the certificate says of the device; null for nothing. The same holds of it.</param>
    public static string? Explain(DistinguishedName subject, bool unsafeForeignHexRun = false, string? hwSerialNum = null)
    {
        if (subject.Attributes.Any(attribute => IsSyntaxIn(attribute.Value)) || (hwSerialNum is not null && IsSyntaxIn(hwSerialNum)))
            return "A value has a character that reads as DN or pattern syntax.";

        string[] spellings = [subject.ToRfc4514(), subject.ToLegacy(), hwSerialNum ?? ""];
        var found = spellings.SelectMany(RunsOf).Select(run => run.ToUpperInvariant()).Distinct().ToList();
        return found.Count == 1 || (unsafeForeignHexRun && found.Count > 1)
            ? null
            : $"The subject reads as {found.Count} different MAC addresses.";
    }

    private static bool IsSyntaxIn(string value) => value.AsSpan().ContainsAny(Syntax);

    /// <summary>Every window of 12 hexadecimal digits, longer runs included, with ":" and "-" dropped as Sipwise does.</summary>
    private static IEnumerable<string> RunsOf(string spelling)
    {
        var text = spelling.Replace(":", "").Replace("-", "");
        for (var i = 0; i + HexRun.MacLength <= text.Length; i++)
        {
            var window = text.Substring(i, HexRun.MacLength);
            if (window.All(char.IsAsciiHexDigit))
                yield return window;
        }
    }
}
