using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Profiles;

/// <summary>
/// Fills a profile's subject. Placeholders by kind: {commonName} for provisioning servers and the front door; {mac}
/// (lower case), {MAC} (upper case), {serial}, {product} for devices; {station} for stations; {authority} (the name that people know
/// it by) for OCSP responders. Values are inserted as
/// text, never interpreted: a placeholder inside a value stays as it is.
/// </summary>
internal static partial class SubjectTemplate
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static IReadOnlyList<string> PlaceholdersOf(RequestKind kind) =>
        kind switch
        {
            RequestKind.Device or RequestKind.TestDevice => ["mac", "MAC", "serial", "product"],
            RequestKind.Station => ["station"],
            RequestKind.OcspResponder => ["authority"],
            _ => ["commonName"],
        };

    public static DistinguishedName Fill(IReadOnlyList<NameTemplate> template, IReadOnlyDictionary<string, string> values) =>
        DistinguishedName.Of([
            .. template.Select(part => new AttributeTypeAndValue(NameAttributeTypes.FindOid(part.Type)!, FillText(part.Value, values))),
        ]);

    /// <summary>The values of a device's placeholders.</summary>
    public static IReadOnlyDictionary<string, string> DeviceValues(MacAddress mac, string serial, string product) =>
        new Dictionary<string, string>
        {
            ["mac"] = mac.Lower,
            ["MAC"] = mac.Upper,
            ["serial"] = serial,
            ["product"] = product,
        };

    /// <summary>The values of an OCSP responder's placeholders.</summary>
    public static IReadOnlyDictionary<string, string> ResponderValues(AuthorityDefinition authority) =>
        new Dictionary<string, string> { ["authority"] = authority.DisplayName };

    /// <summary>The attributes whose text, once filled, is longer than their type allows.</summary>
    public static IEnumerable<(string Type, int Bound, int Length)> FindTooLong(
        IReadOnlyList<NameTemplate> template,
        IReadOnlyDictionary<string, string> values
    ) =>
        from part in template
        let bound = NameAttributeTypes.UpperBound(NameAttributeTypes.FindOid(part.Type)!)!.Value
        let length = FillText(part.Value, values).Length
        where length > bound
        select (part.Type, bound, length);

    /// <summary>Names of the placeholders in a text, in order.</summary>
    public static IEnumerable<string> PlaceholdersIn(string text) =>
        Placeholder().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>A text cut at its placeholders, in order; the literal pieces between them may be empty.</summary>
    public static IEnumerable<(string Text, bool IsPlaceholder)> PiecesOf(string text)
    {
        var end = 0;
        foreach (Match match in Placeholder().Matches(text))
        {
            yield return (text[end..match.Index], false);
            yield return (match.Groups["name"].Value, true);
            end = match.Index + match.Length;
        }

        yield return (text[end..], false);
    }

    // The same placeholders as the expression below finds, without it: each device's subject is filled four times on its way.
    public static string FillText(string text, IReadOnlyDictionary<string, string> values)
    {
        if (!text.Contains('{'))
            return text;

        var filled = new StringBuilder();
        for (var at = 0; at < text.Length; )
        {
            var letters = text[at] == '{' ? text.AsSpan(at + 1).IndexOfAnyExcept(Letters) : -1;
            if (letters > 0 && text[at + 1 + letters] == '}')
            {
                filled.Append(values[text.Substring(at + 1, letters)]);
                at += letters + 2;
            }
            else
            {
                filled.Append(text[at++]);
            }
        }

        return filled.ToString();
    }

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
