using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using SigningAuthority.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>Names go round through BouncyCastle and .NET and come back as they were.</summary>
public sealed class DistinguishedNameTests
{
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly string[] TextTypes =
    [
        NameAttributeTypes.CommonName,
        NameAttributeTypes.Locality,
        NameAttributeTypes.StateOrProvince,
        NameAttributeTypes.Organization,
        NameAttributeTypes.OrganizationalUnit,
    ];

    [Theory]
    [InlineData("#")]
    [InlineData("\\#")]
    [InlineData("\\\\#a")]
    [InlineData("a#")]
    public void A_leading_number_sign_is_kept_in_the_octets(string value)
    {
        var name = DistinguishedName.Of([new(NameAttributeTypes.CommonName, value)]);
        Assert.Equal(name.Der.ToArray(), X509Name.GetInstance(Asn1Object.FromByteArray(name.Der.ToArray())).GetDerEncoded());
        Assert.Equal(value, Assert.Single(DistinguishedName.Decode(name.Der).Attributes).Value);
    }

    [Fact]
    public void BouncyCastle_reads_the_same_attributes_and_writes_the_same_octets() =>
        Prop.ForAll(
                Names.ToArbitrary(),
                attributes =>
                {
                    var name = DistinguishedName.Of(attributes);
                    var read = X509Name.GetInstance(Asn1Object.FromByteArray(name.Der.ToArray()));
                    var pairs = read.GetOidList()
                        .Cast<DerObjectIdentifier>()
                        .Zip(read.GetValueList().Cast<string>(), (oid, value) => new AttributeTypeAndValue(oid.Id, value))
                        .ToList();

                    return pairs.SequenceEqual(attributes.Select(AsBouncyCastleTells))
                        && read.GetDerEncoded().AsSpan().SequenceEqual(name.Der.Span);
                }
            )
            .Check(ManyTimes);

    [Fact]
    public void The_platform_reads_the_same_attributes() =>
        Prop.ForAll(
                Names.ToArbitrary(),
                attributes =>
                    new X500DistinguishedName(DistinguishedName.Of(attributes).Der.Span)
                        .EnumerateRelativeDistinguishedNames(reversed: false)
                        .Select(rdn => new AttributeTypeAndValue(rdn.GetSingleElementType().Value!, rdn.GetSingleElementValue()!))
                        .SequenceEqual(attributes)
            )
            .Check(ManyTimes);

    [Fact]
    public void What_was_encoded_decodes_to_the_same() =>
        Prop.ForAll(
                Names.ToArbitrary(),
                attributes =>
                {
                    var decoded = DistinguishedName.Decode(DistinguishedName.Of(attributes).Der);
                    return decoded.Attributes.SequenceEqual(attributes)
                        && DistinguishedName.Of(decoded.Attributes).Der.Span.SequenceEqual(decoded.Der.Span);
                }
            )
            .Check(ManyTimes);

    [Theory]
    [InlineData("Telco, Inc.", "O=Telco\\, Inc.", "/O=Telco, Inc.")]
    [InlineData(" a+b ", "O=\\ a\\+b\\ ", "/O= a+b ")]
    [InlineData("#1;<2>\"\\", "O=\\#1\\;\\<2\\>\\\"\\\\", "/O=#1;<2>\"\\")]
    public void Values_are_escaped_in_RFC_4514_and_not_in_the_legacy_spelling(string value, string rfc4514, string legacy)
    {
        var name = DistinguishedName.Of([new(NameAttributeTypes.Organization, value)]);
        Assert.Equal((rfc4514, legacy), (name.ToRfc4514(), name.ToLegacy()));
    }

    [Fact]
    public void The_two_spellings_run_in_opposite_directions()
    {
        var name = DistinguishedName.Of([new(NameAttributeTypes.Organization, "o"), new(NameAttributeTypes.CommonName, "c")]);
        Assert.Equal(("CN=c,O=o", "/O=o/CN=c"), (name.ToRfc4514(), name.ToLegacy()));
    }

    [Theory]
    [InlineData(NameAttributeTypes.CommonName, "Plain (text), 1+1=2: it's/so?", UniversalTagNumber.PrintableString)]
    [InlineData(NameAttributeTypes.CommonName, "pv.telco.net/mailto:admin@telco.net", UniversalTagNumber.UTF8String)]
    [InlineData(NameAttributeTypes.Organization, "Ünïcode", UniversalTagNumber.UTF8String)]
    [InlineData(NameAttributeTypes.Country, "US", UniversalTagNumber.PrintableString)]
    [InlineData(NameAttributeTypes.EmailAddress, "a@b.example", UniversalTagNumber.IA5String)]
    public void Each_value_has_the_oldest_string_type_that_holds_it(string oid, string value, UniversalTagNumber type)
    {
        var attribute = new AsnReader(DistinguishedName.Of([new(oid, value)]).Der, AsnEncodingRules.DER)
            .ReadSequence()
            .ReadSetOf()
            .ReadSequence();
        attribute.ReadObjectIdentifier();
        Assert.Equal((int)type, attribute.PeekTag().TagValue);
    }

    [Theory]
    [InlineData(NameAttributeTypes.CommonName, 65)]
    [InlineData(NameAttributeTypes.SerialNumber, 65)]
    [InlineData(NameAttributeTypes.Country, 3)]
    [InlineData(NameAttributeTypes.Locality, 129)]
    [InlineData(NameAttributeTypes.StateOrProvince, 129)]
    [InlineData(NameAttributeTypes.Organization, 65)]
    [InlineData(NameAttributeTypes.OrganizationalUnit, 65)]
    [InlineData(NameAttributeTypes.EmailAddress, 256)]
    [InlineData(NameAttributeTypes.CommonName, 0)]
    public void A_value_beyond_its_upper_bound_is_not_encoded(string oid, int length)
    {
        Assert.Throws<ArgumentException>(() => DistinguishedName.Of([new(oid, new string('a', length))]));
        if (length > 0)
            Assert.NotNull(DistinguishedName.Of([new(oid, new string('a', length - 1))]));
    }

    [Theory]
    [InlineData(NameAttributeTypes.Country, "U_")]
    [InlineData(NameAttributeTypes.SerialNumber, "a_b")]
    [InlineData(NameAttributeTypes.EmailAddress, "ä@b.example")]
    [InlineData("2.5.4.4", "surname")]
    public void A_value_that_its_type_can_not_hold_is_not_encoded(string oid, string value) =>
        Assert.ThrowsAny<ArgumentException>(() => DistinguishedName.Of([new(oid, value)]));

    private static Gen<List<AttributeTypeAndValue>> Names
    {
        get
        {
            var text = Gen.Elements("abzABZ019 '()+,-./:=?@_*#;<>\"\\&éßЖ漢".ToCharArray())
                .NonEmptyListOf()
                .Select(list => string.Concat(list.Take(64)));
            var any = Gen.Elements(TextTypes).SelectMany(_ => text, (oid, value) => new AttributeTypeAndValue(oid, value));
            var country = Gen.Elements("US", "DE").Select(value => new AttributeTypeAndValue(NameAttributeTypes.Country, value));
            var email = Gen.Elements("devices@example.com", "a+b@c.example")
                .Select(value => new AttributeTypeAndValue(NameAttributeTypes.EmailAddress, value));
            return Gen.OneOf(any, any, any, country, email).NonEmptyListOf().Select(list => list.Take(8).ToList());
        }
    }

    /// <summary>Version 1.8.10's list of values takes a backslash before a leading "#" for its own mark and drops it; the octets it keeps.</summary>
    private static AttributeTypeAndValue AsBouncyCastleTells(AttributeTypeAndValue attribute) =>
        attribute.Value.StartsWith("\\#", StringComparison.Ordinal) ? attribute with { Value = attribute.Value[1..] } : attribute;
}
