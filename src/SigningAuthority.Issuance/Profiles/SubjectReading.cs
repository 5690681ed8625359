using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Profiles;

/// <summary>
/// Which device a request's subject names, read the way that a profile writes it. What the profile writes for every device alike (O, C)
/// may be missing: only what tells devices apart is looked for, each in its attribute.
/// </summary>
/// <param name="Mac">As it stands there; null when it is not there.</param>
/// <param name="Contradictions">Placeholders for which the subject has two values: "serial: FM500H000001, FM500H000002".</param>
public sealed record SubjectReading(string? Mac, string? Serial, string? Product, IReadOnlyList<string> Contradictions)
{
    /// <summary>Reads a subject by the first of the profiles that finds a whole device in it; by the first of all when none does.</summary>
    /// <param name="profiles">At least one, each for devices.</param>
    /// <param name="subject">Of a request.</param>
    public static SubjectReading Of(IReadOnlyList<CertificateProfile> profiles, DistinguishedName subject)
    {
        var readings = profiles.Select(profile => Of(profile, subject)).ToList();
        return readings.Find(reading => reading.IsWhole && reading.Product is not null)
            ?? readings.Find(reading => reading.IsWhole)
            ?? readings.Find(reading => MacAddress.TryParse(reading.Mac, out _))
            ?? readings[0];
    }

    /// <summary>OIDs of the attributes in which a profile writes what tells devices apart.</summary>
    public static IEnumerable<string> AttributesOf(CertificateProfile profile) =>
        profile.Subject.Where(IsTelling).Select(part => NameAttributeTypes.FindOid(part.Type)!).Distinct();

    /// <summary>The attributes of <see cref="AttributesOf"/> as one writes them: "ST={MAC}, L={serial}".</summary>
    public static string LayoutOf(CertificateProfile profile) =>
        string.Join(", ", profile.Subject.Where(IsTelling).Select(part => $"{part.Type}={part.Value}"));

    // By template: there are as many as the profiles have attributes, and to compile one costs more than all else that a request does here.
    private static readonly ConcurrentDictionary<string, Regex> s_patterns = new();

    private bool IsWhole => MacAddress.TryParse(Mac, out _) && Serial is not null && Contradictions.Count == 0;

    private static bool IsTelling(NameTemplate part) => SubjectTemplate.PlaceholdersIn(part.Value).Any();

    private static SubjectReading Of(CertificateProfile profile, DistinguishedName subject)
    {
        var found = profile
            .Subject.Where(IsTelling)
            .SelectMany(part => Values(part, subject))
            .Distinct()
            .GroupBy(pair => pair.Name, pair => pair.Value)
            .ToDictionary(group => group.Key, group => group.ToList());
        // IEEE 802.1AR-2018 §8.6: a device's serial number stands in the subject's serialNumber, whatever else does.
        if (!found.ContainsKey("serial") && subject.Values(NameAttributeTypes.SerialNumber).FirstOrDefault() is { } serial)
            found["serial"] = [serial];
        return new SubjectReading(
            found.GetValueOrDefault("mac")?[0],
            found.GetValueOrDefault("serial")?[0],
            found.GetValueOrDefault("product")?[0],
            [.. found.Where(pair => pair.Value.Count > 1).Select(pair => $"{pair.Key}: {string.Join(", ", pair.Value)}")]
        );
    }

    private static IEnumerable<(string Name, string Value)> Values(NameTemplate part, DistinguishedName subject)
    {
        var pattern = s_patterns.GetOrAdd(part.Value, Compile);
        var match = subject
            .Values(NameAttributeTypes.FindOid(part.Type)!)
            .Select(value => pattern.Match(value))
            .FirstOrDefault(m => m.Success);
        return match is null
            ? []
            : match
                .Groups.Values.Where(group => group.Name != "0")
                .Select(group => (Name: group.Name.TrimEnd("0123456789".ToCharArray()), group.Value))
                // {mac} and {MAC} are one address in two spellings.
                .Select(pair => pair.Name == "mac" && MacAddress.TryParse(pair.Value, out var mac) ? (pair.Name, mac.Upper) : pair);
    }

    private static Regex Compile(string template) => new(PatternOf(template), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>The template's text with a group for each placeholder: "mac0", "serial1".</summary>
    private static string PatternOf(string template)
    {
        var pattern = new StringBuilder(@"\A");
        var groups = 0;
        foreach (var piece in SubjectTemplate.PiecesOf(template))
        {
            if (piece.IsPlaceholder)
                pattern.Append($"(?<{piece.Text.ToLowerInvariant()}{groups++}>.+?)");
            else
                pattern.Append(Regex.Escape(piece.Text));
        }

        return pattern.Append(@"\z").ToString();
    }
}
