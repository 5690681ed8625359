using System.Buffers;
using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>The attribute types that names of this authority use (RFC 5280 appendix A.1, upper bounds included).</summary>
public static class NameAttributeTypes
{
    public const string CommonName = "2.5.4.3";
    public const string SerialNumber = "2.5.4.5";
    public const string Country = "2.5.4.6";
    public const string Locality = "2.5.4.7";
    public const string StateOrProvince = "2.5.4.8";
    public const string Organization = "2.5.4.10";
    public const string OrganizationalUnit = "2.5.4.11";
    public const string EmailAddress = "1.2.840.113549.1.9.1";

    // X.680 §41.4, table 10.
    private static readonly SearchValues<char> PrintableText = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?"
    );

    private static readonly (string Oid, string ShortName, int UpperBound)[] Known =
    [
        (CommonName, "CN", 64),
        (SerialNumber, "serialNumber", 64),
        (Country, "C", 2),
        (Locality, "L", 128),
        (StateOrProvince, "ST", 128),
        (Organization, "O", 64),
        (OrganizationalUnit, "OU", 64),
        (EmailAddress, "emailAddress", 255),
    ];

    /// <summary>"CN" for 2.5.4.3; the dotted OID itself for types that are not known here.</summary>
    public static string ShortName(string oid) => Known.FirstOrDefault(type => type.Oid == oid).ShortName ?? oid;

    /// <summary>The OID of a short name ("CN"), or null.</summary>
    public static string? FindOid(string shortName) => Known.FirstOrDefault(type => type.ShortName == shortName).Oid;

    /// <summary>The most characters the type's value may have, or null for an unknown type.</summary>
    public static int? UpperBound(string oid) =>
        Known.FirstOrDefault(type => type.Oid == oid) is { Oid: not null } type ? type.UpperBound : null;

    internal static void WriteValue(AsnWriter writer, AttributeTypeAndValue attribute)
    {
        var bound =
            UpperBound(attribute.Oid)
            ?? throw new ArgumentException($"Attribute type {attribute.Oid} is not issued by this authority.", nameof(attribute));
        if (attribute.Value.Length == 0 || attribute.Value.Length > bound)
            throw new ArgumentException(
                $"{ShortName(attribute.Oid)} has 1 to {bound} characters (RFC 5280 appendix A.1), not {attribute.Value.Length}.",
                nameof(attribute)
            );
        writer.WriteCharacterString(StringType(attribute), attribute.Value);
    }

    private static UniversalTagNumber StringType(AttributeTypeAndValue attribute)
    {
        if (attribute.Oid == EmailAddress)
            return UniversalTagNumber.IA5String;

        // RFC 5280 §4.1.2.4 allows PrintableString and UTF8String; the former wherever it suffices, as the oldest
        // parsers know it. Country and serialNumber have no other choice.
        var printable = !attribute.Value.AsSpan().ContainsAnyExcept(PrintableText);
        if (!printable && attribute.Oid is (Country or SerialNumber))
            throw new ArgumentException($"{ShortName(attribute.Oid)} is a PrintableString (RFC 5280 appendix A.1).", nameof(attribute));
        return printable ? UniversalTagNumber.PrintableString : UniversalTagNumber.UTF8String;
    }
}
