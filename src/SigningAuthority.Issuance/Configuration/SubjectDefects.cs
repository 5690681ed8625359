using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Profiles;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>What may be wrong with a configured subject, found before anything is issued with it.</summary>
internal static class SubjectDefects
{
    /// <param name="subject">The subject as configured.</param>
    /// <param name="placeholders">Names that may stand in braces here.</param>
    /// <returns>Key below the file's root, and what is wrong.</returns>
    public static IEnumerable<(string Key, string Message)> Find(IReadOnlyList<NameTemplate> subject, IReadOnlyList<string> placeholders)
    {
        if (subject.Count == 0)
            yield return ("$.subject", "A subject has at least one attribute.");
        for (var i = 0; i < subject.Count; i++)
        {
            if (NameAttributeTypes.FindOid(subject[i].Type) is not { } oid)
            {
                yield return ($"$.subject[{i}].type", $"'{subject[i].Type}' is no attribute type that this authority issues.");
                continue;
            }

            foreach (var message in FindInValue(oid, subject[i].Value, placeholders))
                yield return ($"$.subject[{i}].value", message);
        }
    }

    /// <summary>Reads the subject of a made-up device as lint would: exactly one MAC address, and it is the device's.</summary>
    public static IEnumerable<(string Key, string Message)> FindInDevice(IReadOnlyList<NameTemplate> subject)
    {
        var mac = MacAddress.Parse("000E08ABCDEF");
        var filled = SubjectTemplate.Fill(subject, SubjectTemplate.DeviceValues(mac, "S1", "P1"));
        if (DeviceSubject.Explain(filled) is { } defect)
            yield return ("$.subject", $"{defect} For device {mac} it is {filled}.");
    }

    private static IEnumerable<string> FindInValue(string oid, string value, IReadOnlyList<string> placeholders)
    {
        var present = SubjectTemplate.PlaceholdersIn(value).Distinct().ToList();
        foreach (var unknown in present.Except(placeholders))
            yield return $"Placeholder {{{unknown}}} is unknown here; known are {(placeholders.Count == 0 ? "none" : string.Join(", ", placeholders.Select(p => $"{{{p}}}")))}.";

        var literal = present.Aggregate(value, (text, name) => text.Replace($"{{{name}}}", " "));
        if (literal.AsSpan().ContainsAny('{', '}'))
            yield return "A brace is left that belongs to no placeholder.";
        else if (HexRun.IsIn(literal))
            yield return "Carries 12 hexadecimal digits in a row: providers' software would take them for a MAC address.";
        else if (ExplainEncoding(oid, literal) is { } defect)
            yield return defect;
    }

    private static string? ExplainEncoding(string oid, string value)
    {
        try
        {
            DistinguishedName.Of([new AttributeTypeAndValue(oid, value)]);
            return null;
        }
        catch (ArgumentException exception)
        {
            return $"Can't be encoded: {exception.Message}";
        }
    }
}
