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

        var found = new List<string>();
        AddRuns(found, subject.ToRfc4514());
        AddRuns(found, subject.ToLegacy());
        AddRuns(found, hwSerialNum ?? "");
        return found.Count == 1 || (unsafeForeignHexRun && found.Count > 1)
            ? null
            : $"The subject reads as {found.Count} different MAC addresses.";
    }

    private static bool IsSyntaxIn(string value) => value.AsSpan().ContainsAny(Syntax);

    /// <summary>
    /// Every window of 12 hexadecimal digits, longer runs included, with ":" and "-" dropped as Sipwise does; upper case, each once.
    /// </summary>
    private static void AddRuns(List<string> found, string spelling)
    {
        Span<char> run = stackalloc char[HexRun.MacLength];
        var length = 0;
        foreach (var character in spelling)
        {
            if (character is ':' or '-')
                continue;
            if (!char.IsAsciiHexDigit(character))
            {
                length = 0;
                continue;
            }

            if (length == run.Length)
                run[1..].CopyTo(run);
            else
                length++;
            run[length - 1] = char.ToUpperInvariant(character);
            if (length == run.Length && !found.Exists(new string(run).Equals))
                found.Add(new string(run));
        }
    }
}
