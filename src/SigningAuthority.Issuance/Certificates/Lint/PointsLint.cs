using System.Formats.Asn1;
using System.Text;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Profiles;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>The part of the lint that looks at what a certificate says of its own revocation: addresses, and that nobody is to ask.</summary>
internal static class PointsLint
{
    /// <summary>The extensions that hold addresses.</summary>
    public static IReadOnlyList<string> Addresses { get; } = ["2.5.29.31", "1.3.6.1.5.5.7.1.1"];

    public static IReadOnlyList<string> Known { get; } = [.. Addresses, "1.3.6.1.5.5.7.48.1.5"];

    public static IEnumerable<LintFinding> Find(DecodedTbs tbs, CertificatePlan plan, CertificatePoints points)
    {
        foreach (var (kind, address) in GivenBy(points).Where(point => (point.Address is not null) != plan.Points.Contains(point.Kind)))
            yield return new(
                "address-unplanned",
                $"profiles/{plan.Profile.Id}",
                address is null ? $"The address for {kind} is missing." : $"{address} is there, and {kind} is not planned."
            );
        foreach (var finding in FindAddresses(tbs, points, ""))
            yield return finding;

        var noCheck = tbs.Find("1.3.6.1.5.5.7.48.1.5");
        if (
            (noCheck is not null) != plan.Profile.OcspNoCheck
            || (noCheck is { } extension && (extension.Critical || extension.Value.Span is not [0x05, 0x00]))
        )
            yield return new(
                "ocsp-no-check",
                "RFC 6960 §4.2.2.2.1",
                "id-pkix-ocsp-nocheck is not as the profile says, critical, or something else than NULL."
            );
    }

    /// <summary>Exactly these addresses, whoever decided on them.</summary>
    /// <param name="tbs">The bytes, taken apart.</param>
    /// <param name="points">Null for those that are to be absent.</param>
    /// <param name="prefix">What the codes begin with: "cross-", or nothing.</param>
    public static IEnumerable<LintFinding> FindAddresses(DecodedTbs tbs, CertificatePoints points, string prefix)
    {
        foreach (var (kind, address) in GivenBy(points).Where(point => point.Address is { Scheme: not "http" }))
            yield return new($"{prefix}address-scheme", "RFC 5280 §8", $"The address for {kind}, {address}, is not plain HTTP.");

        var list = tbs.Find("2.5.29.31");
        if (
            (list is not null) != (points.Crl is not null)
            || (list is { } found && (found.Critical || !IsOnePoint(found.Value, points.Crl!)))
        )
            yield return new(
                $"{prefix}crl-distribution-points",
                "RFC 5280 §4.2.1.13",
                $"cRLDistributionPoints is critical, or not exactly {points.Crl?.AbsoluteUri ?? "absent"}."
            );

        var access = tbs.Find("1.3.6.1.5.5.7.1.1");
        List<string> expected = [.. LineOf("ocsp", points.Ocsp), .. LineOf("caIssuers", points.CaIssuers)];
        var actual = access is { } present ? AccessIn(present.Value) : [];
        if ((access is not null) != (expected.Count > 0) || access is { Critical: true } || !actual.SequenceEqual(expected))
            yield return new(
                $"{prefix}authority-information-access",
                "RFC 5280 §4.2.2.1",
                $"authorityInfoAccess is critical, or says {string.Join(", ", actual)} in place of {string.Join(", ", expected)}."
            );
    }

    private static (AddressKind Kind, Uri? Address)[] GivenBy(CertificatePoints points) =>
        [(AddressKind.Ocsp, points.Ocsp), (AddressKind.CaIssuers, points.CaIssuers), (AddressKind.Crl, points.Crl)];

    private static IEnumerable<string> LineOf(string method, Uri? address) => address is null ? [] : [$"{method} {address.AbsoluteUri}"];

    private static bool IsOnePoint(ReadOnlyMemory<byte> value, Uri address)
    {
        var list = SequenceIn(value);
        var point = SequenceIn(list);
        var zero = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        var choice = DerSlices.Content(point, zero, out var afterChoice);
        var names = DerSlices.Content(choice, zero, out var afterNames);
        return afterChoice.IsEmpty && afterNames.IsEmpty && NameIn(names) == address.AbsoluteUri;
    }

    private static List<string> AccessIn(ReadOnlyMemory<byte> value)
    {
        var list = SequenceIn(value);
        var lines = new List<string>();
        while (!list.IsEmpty)
        {
            var description = DerSlices.Content(list, Asn1Tag.Sequence, out list);
            var method = AsnDecoder.ReadObjectIdentifier(description.Span, AsnEncodingRules.DER, out var used);
            var name = method switch
            {
                "1.3.6.1.5.5.7.48.1" => "ocsp",
                "1.3.6.1.5.5.7.48.2" => "caIssuers",
                _ => method,
            };
            lines.Add($"{name} {NameIn(description[used..])}");
        }

        return lines;
    }

    /// <summary>A uniformResourceIdentifier [6], and nothing after it.</summary>
    private static string NameIn(ReadOnlyMemory<byte> bytes)
    {
        var name = DerSlices.Content(bytes, new Asn1Tag(TagClass.ContextSpecific, 6), out var rest);
        DerSlices.Require(rest.IsEmpty, "An address has a field too many.");
        return Encoding.Latin1.GetString(name.Span);
    }

    private static ReadOnlyMemory<byte> SequenceIn(ReadOnlyMemory<byte> value)
    {
        var content = DerSlices.Content(value, Asn1Tag.Sequence, out var rest);
        DerSlices.Require(rest.IsEmpty, "Bytes follow a SEQUENCE in an extension.");
        return content;
    }
}
