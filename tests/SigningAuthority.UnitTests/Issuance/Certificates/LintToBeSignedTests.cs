using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Profiles;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>Each field and extension of each profile's certificate is changed: lint must see it, and call it by its name.</summary>
public sealed class LintToBeSignedTests
{
    private static readonly Dictionary<string, (SigningAuthority.Issuance.Policy.CertificatePlan Plan, byte[] ToBeSigned)> Built =
        SamplePlans.Profiles.ToDictionary(profile => profile, profile => (SamplePlans.Plan(profile), SamplePlans.ToBeSigned(profile)));

    private const string Ski = "2.5.29.14",
        KeyUsage = "2.5.29.15",
        San = "2.5.29.17",
        Constraints = "2.5.29.19",
        Aki = "2.5.29.35",
        Eku = "2.5.29.37",
        Cdp = "2.5.29.31",
        Aia = "1.3.6.1.5.5.7.1.1",
        NoCheck = "1.3.6.1.5.5.7.48.1.5";

    private const string Base = "http://pki.example.com:8080/pki/";

    private static readonly byte[] ClientAuth = Asn.Oid("1.3.6.1.5.5.7.3.2");
    private static readonly byte[] ServerAuth = Asn.Oid("1.3.6.1.5.5.7.3.1");

    /// <summary>What is changed, and the code that lint finds it under.</summary>
    private static readonly Dictionary<string, (string Code, Action<TbsTree> Change)> Changes = new()
    {
        ["version absent"] = ("tbs-malformed", tbs => tbs.Fields.RemoveAt(TbsTree.Version)),
        ["version 1"] = ("version", tbs => tbs.Fields[TbsTree.Version] = Asn.Tagged(0xA0, Asn.Integer(0))),
        ["version 2"] = ("version", tbs => tbs.Fields[TbsTree.Version] = Asn.Tagged(0xA0, Asn.Integer(1))),
        ["version twice"] = ("tbs-malformed", tbs => tbs.Fields[TbsTree.Version] = Asn.Tagged(0xA0, Asn.Integer(2), Asn.Integer(2))),
        ["serial number zero"] = ("serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.Integer(0)),
        ["serial number negative"] = ("serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.RawInteger([0x80, .. new byte[15]])),
        ["serial number of 8 octets"] = ("serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.Integer(long.MaxValue)),
        ["serial number of 21 octets"] = (
            "serial-number",
            tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.RawInteger([0x01, .. new byte[20]])
        ),
        ["serial number with a zero too many"] = (
            "tbs-malformed",
            tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.RawInteger([0x00, 0x01, .. new byte[14]])
        ),
        ["signature SHA-1"] = (
            "signature-algorithm",
            tbs => tbs.Fields[TbsTree.Signature] = Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.5"), Asn.Null)
        ),
        ["signature without NULL"] = (
            "signature-algorithm",
            tbs => tbs.Fields[TbsTree.Signature] = Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.11"))
        ),
        ["issuer other"] = ("issuer", tbs => tbs.Fields[TbsTree.Issuer] = Asn.Name(("2.5.4.3", "Linksys CA"))),
        ["issuer in another string type"] = (
            "issuer",
            tbs =>
                tbs.Fields[TbsTree.Issuer] = Asn.Name(
                    ("2.5.4.10", "SigningAuthority"),
                    ("2.5.4.11", "Provisioning Server Root"),
                    ("2.5.4.3", "Sipura CA")
                )
        ),
        ["validity backwards"] = ("validity", tbs => tbs.Fields[TbsTree.Validity] = Times(SamplePlans.Now.AddDays(1), SamplePlans.Now)),
        ["validity of no time"] = ("validity", tbs => tbs.Fields[TbsTree.Validity] = Times(SamplePlans.Now, SamplePlans.Now)),
        ["validity begins before the issuer's"] = (
            "validity",
            tbs => tbs.Fields[TbsTree.Validity] = Times(SamplePlans.Issuer.NotBefore.AddSeconds(-1), SamplePlans.Now)
        ),
        ["validity ends after the issuer's"] = (
            "validity",
            tbs => tbs.Fields[TbsTree.Validity] = Times(SamplePlans.Issuer.NotAfter.AddDays(-1), SamplePlans.Issuer.NotAfter.AddSeconds(1))
        ),
        ["GeneralizedTime before 2050"] = (
            "time-form",
            tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Generalized(SamplePlans.Now), Generalized(SamplePlans.Now.AddDays(1)))
        ),
        ["three times"] = (
            "tbs-malformed",
            tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Utc(SamplePlans.Now), Utc(SamplePlans.Now.AddDays(1)), Utc(SamplePlans.Now))
        ),
        ["no times"] = ("tbs-malformed", tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence()),
        ["UTCTime without seconds"] = (
            "tbs-malformed",
            tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Asn.Tagged(0x17, "2611201200Z"u8.ToArray()), Utc(SamplePlans.Now.AddDays(1)))
        ),
        ["subject other"] = ("subject", tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", "prov.example.org"))),
        ["subject empty"] = ("subject-empty", tbs => tbs.Fields[TbsTree.Subject] = Asn.Sequence()),
        ["subject twice"] = (
            "subject",
            tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", "sprov.callme.com"), ("2.5.4.3", "sprov.callme.com"))
        ),
        ["subject with a control character"] = (
            "subject-attribute",
            tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", "a\u0007.callme.com"))
        ),
        ["subject too long"] = ("subject-attribute", tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", new string('a', 65)))),
        ["subject no name"] = (
            "tbs-malformed",
            tbs => tbs.Fields[TbsTree.Subject] = Asn.Sequence(Asn.Set(Asn.Sequence(Asn.Oid("2.5.4.3"), Asn.Integer(1))))
        ),
        ["another's key"] = ("subject-public-key", tbs => tbs.Fields[TbsTree.PublicKey] = TestKeys.Other.ExportSubjectPublicKeyInfo()),
        ["the issuer's key"] = (
            "subject-key-is-issuers",
            tbs => tbs.Fields[TbsTree.PublicKey] = TestKeys.Authority.ExportSubjectPublicKeyInfo()
        ),
        ["a field after the extensions"] = ("tbs-malformed", tbs => tbs.Tail = Asn.Null),
        ["extension twice"] = ("extension-twice", tbs => tbs.Extensions.Add(tbs.Extensions[0])),
        ["extension foreign"] = ("extension-foreign", tbs => tbs.Extensions.Add(("1.2.3.4", Asn.Extension("1.2.3.4", Asn.Null)))),
        ["extension's critical flag FALSE"] = (
            "tbs-malformed",
            tbs => tbs.Extensions[^1] = (Aki, Asn.Sequence(Asn.Oid(Aki), [0x01, 0x01, 0x00], Asn.OctetString(Asn.Sequence())))
        ),
        ["extension without value"] = ("tbs-malformed", tbs => tbs.Extensions[^1] = (Aki, Asn.Sequence(Asn.Oid(Aki)))),
        ["extension with a field too many"] = (
            "tbs-malformed",
            tbs => tbs.Extensions[^1] = (Aki, Asn.Sequence(Asn.Oid(Aki), Asn.OctetString(), Asn.Null))
        ),
        ["basicConstraints absent"] = ("basic-constraints-presence", tbs => tbs.Drop(Constraints)),
        ["basicConstraints not critical"] = ("basic-constraints", tbs => tbs.FlipCritical(Constraints)),
        ["basicConstraints CA"] = ("basic-constraints", tbs => tbs.SetExtension(Constraints, Asn.Sequence(Asn.True), critical: true)),
        ["basicConstraints with a path length"] = (
            "basic-constraints",
            tbs => tbs.SetExtension(Constraints, Asn.Sequence(Asn.Integer(0)), critical: true)
        ),
        ["keyUsage absent"] = ("key-usage", tbs => tbs.Drop(KeyUsage)),
        ["keyUsage not critical"] = ("key-usage", tbs => tbs.FlipCritical(KeyUsage)),
        ["keyUsage with certificate signing"] = ("key-usage", tbs => tbs.SetExtension(KeyUsage, [0x03, 0x02, 0x02, 0xA4], critical: true)),
        ["keyUsage with bit 8"] = ("key-usage", tbs => tbs.SetExtension(KeyUsage, [0x03, 0x03, 0x07, 0xA0, 0x80], critical: true)),
        ["keyUsage with zero bits at its end"] = ("key-usage", tbs => tbs.SetExtension(KeyUsage, [0x03, 0x02, 0x00, 0xA0], critical: true)),
        ["keyUsage empty"] = ("key-usage", tbs => tbs.SetExtension(KeyUsage, [0x03, 0x01, 0x00], critical: true)),
        ["keyUsage with bytes after it"] = (
            "key-usage",
            tbs => tbs.SetExtension(KeyUsage, [0x03, 0x02, 0x05, 0xA0, 0x05, 0x00], critical: true)
        ),
        ["extendedKeyUsage absent"] = ("extended-key-usage", tbs => tbs.Drop(Eku)),
        ["extendedKeyUsage critical"] = ("extended-key-usage", tbs => tbs.FlipCritical(Eku)),
        ["extendedKeyUsage with both"] = ("extended-key-usage", tbs => tbs.SetExtension(Eku, Asn.Sequence(ServerAuth, ClientAuth))),
        ["extendedKeyUsage with any"] = ("extended-key-usage", tbs => tbs.SetExtension(Eku, Asn.Sequence(Asn.Oid("2.5.29.37.0")))),
        ["extendedKeyUsage empty"] = ("extended-key-usage", tbs => tbs.SetExtension(Eku, Asn.Sequence())),
        ["subjectKeyIdentifier absent"] = ("subject-key-identifier", tbs => tbs.Drop(Ski)),
        ["subjectKeyIdentifier critical"] = ("subject-key-identifier", tbs => tbs.FlipCritical(Ski)),
        ["subjectKeyIdentifier another key's"] = (
            "subject-key-identifier",
            tbs => tbs.SetExtension(Ski, Asn.OctetString(KeyIdentifiers.Of(TestKeys.Other.ExportSubjectPublicKeyInfo())))
        ),
        ["subjectKeyIdentifier of 19 octets"] = ("subject-key-identifier", tbs => tbs.SetExtension(Ski, Asn.OctetString(new byte[19]))),
        ["subjectKeyIdentifier empty"] = ("subject-key-identifier", tbs => tbs.SetExtension(Ski, [])),
        ["authorityKeyIdentifier absent"] = ("authority-key-identifier", tbs => tbs.Drop(Aki)),
        ["authorityKeyIdentifier critical"] = ("authority-key-identifier", tbs => tbs.FlipCritical(Aki)),
        ["authorityKeyIdentifier another's"] = (
            "authority-key-identifier",
            tbs => tbs.SetExtension(Aki, Asn.Sequence(Asn.Tagged(0x80, new byte[20])))
        ),
        ["authorityKeyIdentifier under another tag"] = (
            "authority-key-identifier",
            tbs => tbs.SetExtension(Aki, Asn.Sequence(Asn.Tagged(0x82, SamplePlans.Issuer.KeyIdentifier)))
        ),
        ["authorityKeyIdentifier empty"] = ("authority-key-identifier", tbs => tbs.SetExtension(Aki, Asn.Sequence())),
        ["authorityKeyIdentifier of no octets"] = ("authority-key-identifier", tbs => tbs.SetExtension(Aki, [])),
    };

    /// <summary>For the profiles that have names.</summary>
    private static readonly Dictionary<string, (string Code, Action<TbsTree> Change)> NameChanges = new()
    {
        ["subjectAltName absent"] = ("subject-alternative-name", tbs => tbs.Drop(San)),
        ["subjectAltName critical"] = ("subject-alternative-name-critical", tbs => tbs.FlipCritical(San)),
        ["subjectAltName empty"] = ("subject-alternative-name", tbs => tbs.SetExtension(San, Asn.Sequence())),
        ["subjectAltName foreign"] = ("subject-alternative-name", tbs => tbs.SetExtension(San, Names("evil.example.org"))),
        ["subjectAltName with one more"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Names("pv.telco.net", "evil.example.org"))
        ),
        ["subjectAltName a URI"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Asn.Sequence(Asn.Tagged(0x86, "pv.telco.net"u8.ToArray())))
        ),
        ["subjectAltName constructed"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Asn.Sequence(Asn.Tagged(0xA2, "pv.telco.net"u8.ToArray())))
        ),
        ["subjectAltName an address of 5 octets"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Asn.Sequence(Asn.Tagged(0x87, [1, 2, 3, 4, 5])))
        ),
        ["subjectAltName with bytes after it"] = ("tbs-malformed", tbs => tbs.SetExtension(San, [.. Names("pv.telco.net"), 0x05, 0x00])),
        ["subjectAltName cut short"] = ("tbs-malformed", tbs => tbs.SetExtension(San, [0x30, 0x10, 0x82])),
    };

    /// <summary>For the profiles with addresses.</summary>
    private static readonly Dictionary<string, (string Code, Action<TbsTree> Change)> AddressChanges = new()
    {
        ["cRLDistributionPoints absent"] = ("crl-distribution-points", tbs => tbs.Drop(Cdp)),
        ["cRLDistributionPoints critical"] = ("crl-distribution-points", tbs => tbs.FlipCritical(Cdp)),
        ["cRLDistributionPoints elsewhere"] = (
            "crl-distribution-points",
            tbs => tbs.SetExtension(Cdp, Point("http://evil.example.org/a.crl"))
        ),
        ["cRLDistributionPoints of the complete list"] = (
            "crl-distribution-points",
            tbs => tbs.SetExtension(Cdp, Point(Base + "crl/client.crl"))
        ),
        ["cRLDistributionPoints with reasons"] = (
            "crl-distribution-points",
            tbs => tbs.SetExtension(Cdp, Point(Base + "crl/client/2.crl", [0x81, 0x02, 0x01, 0x06]))
        ),
        ["cRLDistributionPoints empty"] = ("tbs-malformed", tbs => tbs.SetExtension(Cdp, Asn.Sequence())),
        ["authorityInfoAccess absent"] = ("authority-information-access", tbs => tbs.Drop(Aia)),
        ["authorityInfoAccess critical"] = ("authority-information-access", tbs => tbs.FlipCritical(Aia)),
        ["authorityInfoAccess elsewhere"] = (
            "authority-information-access",
            tbs => tbs.SetExtension(Aia, Asn.Sequence(Access(1, "http://evil.example.org/"), Access(2, Base + "aia/client.cer")))
        ),
        ["authorityInfoAccess the other way round"] = (
            "authority-information-access",
            tbs => tbs.SetExtension(Aia, Asn.Sequence(Access(2, Base + "ocsp/client"), Access(1, Base + "aia/client.cer")))
        ),
        ["authorityInfoAccess of the half"] = (
            "authority-information-access",
            tbs => tbs.SetExtension(Aia, Asn.Sequence(Access(1, Base + "ocsp/client")))
        ),
        ["authorityInfoAccess empty"] = ("authority-information-access", tbs => tbs.SetExtension(Aia, Asn.Sequence())),
        ["ocsp-nocheck where somebody asks"] = ("ocsp-no-check", tbs => tbs.Extensions.Add((NoCheck, Asn.Extension(NoCheck, Asn.Null)))),
    };

    /// <summary>For an OCSP responder.</summary>
    private static readonly Dictionary<string, (string Code, Action<TbsTree> Change)> ResponderChanges = new()
    {
        ["ocsp-nocheck absent"] = ("ocsp-no-check", tbs => tbs.Drop(NoCheck)),
        ["ocsp-nocheck critical"] = ("ocsp-no-check", tbs => tbs.FlipCritical(NoCheck)),
        ["ocsp-nocheck not NULL"] = ("ocsp-no-check", tbs => tbs.SetExtension(NoCheck, Asn.Sequence())),
        ["extendedKeyUsage of a device"] = ("extended-key-usage", tbs => tbs.SetExtension(Eku, Asn.Sequence(ClientAuth))),
        ["an address of a list"] = (
            "crl-distribution-points",
            tbs => tbs.Extensions.Add((Cdp, Asn.Extension(Cdp, Point(Base + "crl/sipura.crl"))))
        ),
        ["an address of a responder"] = (
            "authority-information-access",
            tbs => tbs.Extensions.Add((Aia, Asn.Extension(Aia, Asn.Sequence(Access(1, Base + "ocsp/sipura")))))
        ),
    };

    /// <summary>For the profiles with a hardwareModuleName.</summary>
    private static readonly Dictionary<string, (string Code, Action<TbsTree> Change)> HardwareChanges = new()
    {
        ["hardwareModuleName absent"] = ("subject-alternative-name", tbs => tbs.Drop(San)),
        ["hardwareModuleName of another unit"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Asn.Sequence(OtherName("1.3.6.1.5.5.7.8.4", Module("2.999.1", "FM500F100002"))))
        ),
        ["hardwareModuleName of another type"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Asn.Sequence(OtherName("1.3.6.1.5.5.7.8.4", Module("2.999.2", "FM500F100001"))))
        ),
        ["hardwareModuleName under another OID"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Asn.Sequence(OtherName("1.3.6.1.4.1.311.20.2.3", Module("2.999.1", "FM500F100001"))))
        ),
        ["hardwareModuleName and a DNS name"] = (
            "subject-alternative-name",
            tbs =>
                tbs.SetExtension(
                    San,
                    Asn.Sequence(
                        OtherName("1.3.6.1.5.5.7.8.4", Module("2.999.1", "FM500F100001")),
                        Asn.Tagged(0x82, "evil.example.org"u8.ToArray())
                    )
                )
        ),
        ["hardwareModuleName with a field too many"] = (
            "subject-alternative-name",
            tbs =>
                tbs.SetExtension(
                    San,
                    Asn.Sequence(
                        OtherName(
                            "1.3.6.1.5.5.7.8.4",
                            Asn.Sequence(Asn.Oid("2.999.1"), Asn.OctetString("FM500F100001"u8.ToArray()), Asn.Null)
                        )
                    )
                )
        ),
        ["hardwareModuleName without the explicit tag"] = (
            "subject-alternative-name",
            tbs => tbs.SetExtension(San, Asn.Sequence(Asn.Tagged(0xA0, Asn.Oid("1.3.6.1.5.5.7.8.4"), Module("2.999.1", "FM500F100001"))))
        ),
        ["hardwareModuleName critical"] = ("subject-alternative-name-critical", tbs => tbs.FlipCritical(San)),
    };

    public static TheoryData<string> Profiles => [.. SamplePlans.Profiles];

    public static TheoryData<string> KindsOfChange => [.. Changes.Keys];

    public static TheoryData<string> ChangesOfHardware => [.. HardwareChanges.Keys];

    public static TheoryData<string> ChangesOfAddresses => [.. AddressChanges.Keys];

    public static TheoryData<string> ChangesOfResponders => [.. ResponderChanges.Keys];

    public static TheoryData<string> ChangesOfNames => [.. NameChanges.Keys];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Nothing_is_found_in_what_the_builder_builds(string profile) =>
        Assert.Empty(SamplePlans.Lint(Built[profile].ToBeSigned, Built[profile].Plan));

    [Theory]
    [MemberData(nameof(KindsOfChange))]
    public void One_changed_field_is_found_in_every_profile(string change) =>
        Assert.All(SamplePlans.Profiles, profile => AssertFound(profile, Changes[change]));

    /// <summary>Too long by the profile's days, or where those are more than the issuer has left, by the issuer's end.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_validity_of_a_second_too_long_is_found(string profile) =>
        AssertFound(
            profile,
            (
                Built[profile].Plan.Profile is { NotAfter: CertificateEnd.Clamped, ValidityDays: < 7000 }
                    ? "validity-too-long"
                    : "validity",
                tbs => tbs.Fields[TbsTree.Validity] = Lengthen(tbs.Fields[TbsTree.Validity])
            )
        );

    [Theory]
    [MemberData(nameof(ChangesOfNames))]
    public void One_changed_name_is_found(string change) => AssertFound("provisioning-server", NameChanges[change]);

    [Theory]
    [MemberData(nameof(ChangesOfAddresses))]
    public void One_changed_address_is_found(string change) => AssertFound("cn-mac", AddressChanges[change]);

    [Theory]
    [MemberData(nameof(ChangesOfResponders))]
    public void One_changed_mark_of_a_responder_is_found(string change) => AssertFound("ocsp-responder", ResponderChanges[change]);

    [Theory]
    [MemberData(nameof(ChangesOfHardware))]
    public void One_changed_part_of_a_hardware_module_name_is_found(string change) =>
        Assert.All(["cn-mac-8021ar", "cisco-sb-8021ar", "sipura-doc-8021ar"], profile => AssertFound(profile, HardwareChanges[change]));

    [Fact]
    public void A_hardware_serial_number_that_reads_as_another_device_is_found()
    {
        var plan = Built["cn-mac-8021ar"].Plan with { HardwareModuleName = new HardwareModuleName("2.999.1", "000E08ABCDE0") };
        var bytes = SamplePlans.Encode(plan);
        Assert.Equal("device-subject", Assert.Single(SamplePlans.Lint(bytes, plan)).Code);
    }

    [Fact]
    public void A_name_where_none_was_approved_is_found() =>
        AssertFound(
            "cn-mac",
            ("subject-alternative-name", tbs => tbs.Extensions.Add((San, Asn.Extension(San, Names("evil.example.org")))))
        );

    [Fact]
    public void What_is_no_certificate_at_all_is_found()
    {
        foreach (
            var bytes in new byte[][]
            {
                [],
                [0x30],
                [0x30, 0x00],
                [0x30, 0x80, 0x00, 0x00],
                [0x05, 0x00],
                [.. Built["cn-mac"].ToBeSigned, 0x00],
            }
        )
            Assert.Equal("tbs-malformed", Assert.Single(SamplePlans.Lint(bytes, Built["cn-mac"].Plan)).Code);
    }

    /// <summary>
    /// Lint is not told serial number and dates, so a flipped bit may make another serial number or date that is as good;
    /// every other bit of the whole encoding counts.
    /// </summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_flipped_bit_is_found(string profile)
    {
        var bytes = Built[profile].ToBeSigned.ToArray();
        var plan = Built[profile].Plan;
        var fields = TbsTree.Parse(bytes).Fields;
        var serial = bytes.AsSpan().IndexOf(fields[TbsTree.SerialNumber]);
        var validity = bytes.AsSpan().IndexOf(fields[TbsTree.Validity]);
        var missed = new List<string>();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var at = bit / 8;
            bytes[at] ^= (byte)(1 << (bit % 8));
            var isFree =
                (at >= serial + 2 && at < serial + fields[TbsTree.SerialNumber].Length)
                || (at >= validity + 4 && at < validity + fields[TbsTree.Validity].Length);
            if (SamplePlans.Lint(bytes, plan).Count == 0 && !isFree)
                missed.Add($"octet {at}, bit {bit % 8}");
            bytes[at] ^= (byte)(1 << (bit % 8));
        }

        Assert.Empty(missed);
    }

    private static void AssertFound(string profile, (string Code, Action<TbsTree> Change) change)
    {
        var tbs = TbsTree.Parse(Built[profile].ToBeSigned);
        change.Change(tbs);
        Assert.Contains(change.Code, SamplePlans.Lint(tbs.Encode(), Built[profile].Plan).Select(finding => finding.Code));
    }

    private static byte[] Names(params string[] names) =>
        Asn.Sequence([.. names.Select(name => Asn.Tagged(0x82, System.Text.Encoding.ASCII.GetBytes(name)))]);

    private static byte[] Point(string address, params byte[][] others) =>
        Asn.Sequence(Asn.Sequence([Asn.Tagged(0xA0, Asn.Tagged(0xA0, Uri(address))), .. others]));

    private static byte[] Access(int method, string address) => Asn.Sequence(Asn.Oid($"1.3.6.1.5.5.7.48.{method}"), Uri(address));

    private static byte[] Uri(string address) => Asn.Tagged(0x86, System.Text.Encoding.ASCII.GetBytes(address));

    private static byte[] OtherName(string oid, byte[] value) => Asn.Tagged(0xA0, Asn.Oid(oid), Asn.Tagged(0xA0, value));

    private static byte[] Module(string type, string serial) =>
        Asn.Sequence(Asn.Oid(type), Asn.OctetString(System.Text.Encoding.ASCII.GetBytes(serial)));

    private static byte[] Utc(DateTimeOffset time) => Asn.Tagged(0x17, System.Text.Encoding.ASCII.GetBytes($"{time:yyMMddHHmmss}Z"));

    private static byte[] Generalized(DateTimeOffset time) =>
        Asn.Tagged(0x18, System.Text.Encoding.ASCII.GetBytes($"{time:yyyyMMddHHmmss}Z"));

    private static byte[] Times(DateTimeOffset notBefore, DateTimeOffset notAfter) => Asn.Sequence(Utc(notBefore), Utc(notAfter));

    private static byte[] Lengthen(byte[] validity)
    {
        var times = new AsnReader(validity, AsnEncodingRules.DER).ReadSequence();
        var notBefore = times.ReadUtcTime();
        // Where there is no end, there is none to lengthen: a second less is as wrong.
        return times.PeekTag() == Asn1Tag.UtcTime
            ? Times(notBefore, times.ReadUtcTime().AddSeconds(1))
            : Asn.Sequence(Utc(notBefore), Generalized(times.ReadGeneralizedTime().AddSeconds(-1)));
    }
}
