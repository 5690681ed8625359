using System.Formats.Asn1;
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

    /// <summary>
    /// Reads the subject of made-up devices as lint would: exactly one MAC address, and it is the device's. The second has 11
    /// hexadecimal digits wherever it can, so that values which run into each other or into the layout's own text are found here.
    /// </summary>
    public static IEnumerable<(string Key, string Message)> FindInDevice(
        IReadOnlyList<NameTemplate> subject,
        HardwareModuleTemplate? hardware
    )
    {
        var mac = MacAddress.Parse("000E08ABCDEF");
        foreach (var text in (string[])["S1", "ABCDEF01234"])
        {
            var values = SubjectTemplate.DeviceValues(mac, text, text);
            var filled = SubjectTemplate.Fill(subject, values);
            if (DeviceSubject.Explain(filled) is { } defect)
            {
                yield return ("$.subject", $"{defect} For device {mac} it is {filled}.");
                yield break;
            }

            var hwSerialNum = hardware is null ? null : SubjectTemplate.FillText(hardware.HwSerialNum, values);
            if (DeviceSubject.Explain(filled, hwSerialNum: hwSerialNum) is { } other)
            {
                yield return ("$.hardwareModuleName.hwSerialNum", $"{other} For device {mac} it is {hwSerialNum}.");
                yield break;
            }
        }
    }

    /// <summary>What is wrong with the layout of a hardwareModuleName by itself.</summary>
    public static IEnumerable<(string Key, string Message)> FindInHardware(
        HardwareModuleTemplate hardware,
        IReadOnlyList<string> placeholders
    )
    {
        if (!IsObjectIdentifier(hardware.HwType))
            yield return ("$.hardwareModuleName.hwType", $"'{hardware.HwType}' is no OID with dots.");
        if (!SubjectTemplate.PlaceholdersIn(hardware.HwSerialNum).Any())
            yield return ("$.hardwareModuleName.hwSerialNum", "The same for every unit: it has no placeholder.");
        if (!hardware.HwSerialNum.All(character => character is >= ' ' and <= '~') || hardware.HwSerialNum.Length > 64)
            yield return ("$.hardwareModuleName.hwSerialNum", "Printable ASCII, at most 64 characters.");
        // A common name's alphabet and bound: an OCTET STRING has neither.
        foreach (var message in FindInValue(NameAttributeTypes.CommonName, hardware.HwSerialNum, placeholders))
            yield return ("$.hardwareModuleName.hwSerialNum", message);
    }

    private static bool IsObjectIdentifier(string text)
    {
        try
        {
            new AsnWriter(AsnEncodingRules.DER).WriteObjectIdentifier(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
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
