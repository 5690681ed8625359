using System.Formats.Asn1;
using System.Text;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>One attribute of a name: its type's OID and its text.</summary>
public readonly record struct AttributeTypeAndValue(string Oid, string Value);

/// <summary>
/// An X.501 Name (RFC 5280 §4.1.2.4): its DER bytes and its attributes in encoded order. Immutable.
/// </summary>
public sealed class DistinguishedName
{
    private DistinguishedName(byte[] der, IReadOnlyList<AttributeTypeAndValue> attributes)
    {
        Der = der;
        Attributes = attributes;
    }

    /// <summary>The DER encoding of the RDNSequence.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>Every attribute, multi-valued RDNs flattened, in encoded order.</summary>
    public IReadOnlyList<AttributeTypeAndValue> Attributes { get; }

    /// <summary>Values of one attribute type, in encoded order.</summary>
    public IEnumerable<string> Values(string oid) =>
        Attributes.Where(attribute => attribute.Oid == oid).Select(attribute => attribute.Value);

    /// <summary>Builds a name of single-valued RDNs in the given order.</summary>
    /// <exception cref="ArgumentException">A value is empty, longer than its upper bound, or not encodable in its type.</exception>
    public static DistinguishedName Of(IReadOnlyList<AttributeTypeAndValue> attributes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var attribute in attributes)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(attribute.Oid);
                    NameAttributeTypes.WriteValue(writer, attribute);
                }
            }
        }

        return new DistinguishedName(writer.Encode(), attributes);
    }

    /// <exception cref="AsnContentException">The bytes are no Name in DER.</exception>
    public static DistinguishedName Decode(ReadOnlyMemory<byte> der)
    {
        var attributes = new List<AttributeTypeAndValue>();
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf();
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                var oid = attribute.ReadObjectIdentifier();
                attributes.Add(new AttributeTypeAndValue(oid, ReadText(attribute)));
                attribute.ThrowIfNotEmpty();
            }
        }

        return new DistinguishedName(der.ToArray(), attributes);
    }

    /// <summary>RFC 4514 spelling: most specific RDN first, "CN=000E08ABCDEF,OU=SPA962"; also what nginx calls $ssl_client_s_dn.</summary>
    public string ToRfc4514() =>
        string.Join(",", Attributes.Reverse().Select(a => NameAttributeTypes.ShortName(a.Oid) + "=" + Escape(a.Value)));

    /// <summary>The legacy slash spelling of OpenSSL's X509_NAME_oneline: "/OU=SPA962/CN=000E08ABCDEF".</summary>
    public string ToLegacy() => string.Concat(Attributes.Select(a => "/" + NameAttributeTypes.ShortName(a.Oid) + "=" + a.Value));

    public override string ToString() => ToRfc4514();

    private static string ReadText(AsnReader attribute)
    {
        var tag = attribute.PeekTag();
        return tag.TagValue switch
        {
            (int)UniversalTagNumber.UTF8String => attribute.ReadCharacterString(UniversalTagNumber.UTF8String),
            (int)UniversalTagNumber.PrintableString => attribute.ReadCharacterString(UniversalTagNumber.PrintableString),
            (int)UniversalTagNumber.IA5String => attribute.ReadCharacterString(UniversalTagNumber.IA5String),
            (int)UniversalTagNumber.T61String => attribute.ReadCharacterString(UniversalTagNumber.T61String),
            (int)UniversalTagNumber.BMPString => attribute.ReadCharacterString(UniversalTagNumber.BMPString),
            _ => throw new AsnContentException(
                $"A name attribute has a value of tag {tag}, which is no character string of RFC 5280 §4.1.2.4."
            ),
        };
    }

    private static string Escape(string value)
    {
        var builder = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            var edgeSpace = character == ' ' && (i == 0 || i == value.Length - 1);
            if (character is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || edgeSpace || (character == '#' && i == 0))
                builder.Append('\\');
            builder.Append(character);
        }

        return builder.ToString();
    }
}
