using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.UnitTests.Issuance.Certificates;
using SigningAuthority.UnitTests.Issuance.Configuration;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Devices;

/// <summary>Which providers' software finds exactly the device's MAC in which profile's subject, and no other device's ever.</summary>
public sealed class ProviderParserTests
{
    private const string Yes = "yes",
        No = "no";

    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly Dictionary<string, string[]> Readers = new()
    {
        ["cn-mac"] = [Yes, Yes, Yes, Yes],
        ["cn-mac-plain"] = [Yes, Yes, Yes, Yes],
        ["cn-mac-8021ar"] = [Yes, Yes, Yes, Yes],
        ["cn-mac-8021ar-endless"] = [Yes, Yes, Yes, Yes],
        ["cisco-sb"] = [Yes, Yes, No, No],
        ["cisco-sb-8021ar"] = [Yes, Yes, No, No],
        ["sipura-doc"] = [Yes, Yes, No, No],
        ["sipura-doc-8021ar"] = [Yes, Yes, No, No],
    };

    public static TheoryData<string> Profiles => [.. Readers.Keys];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Each_profile_is_read_by_the_software_that_the_README_says(string profile)
    {
        Assert.Equal(Readers[profile], ReadersOf(profile, Device("000E08ABCDEF", "FM500F100001", "SPA504G")));
        Assert.Equal(
            [$"`{profile}`", .. Readers[profile]],
            ConfigurationReadme.RowsUnder("### Which provider's software reads which profile").Single(row => row[0] == $"`{profile}`")
        );
    }

    [Fact]
    public void Every_device_profile_is_in_the_table() =>
        Assert.Equal(
            DeviceProfiles.Order(),
            ConfigurationReadme
                .RowsUnder("### Which provider's software reads which profile")
                .Where(row => row[0].StartsWith('`'))
                .Select(row => row[0].Trim('`'))
                .Order()
        );

    [Fact]
    public void The_profile_of_every_shipped_family_is_read_by_all_four() =>
        Assert.All(
            ShippedPolicy.Configuration.DeviceFamilies,
            family =>
                Assert.DoesNotContain(No, ReadersOf(family.DeviceCertificates!.Profile, Device("000E08ABCDEF", "1", family.Products[0])))
        );

    [Fact]
    public void Whatever_device_policy_approves_is_read_as_itself() =>
        Prop.ForAll(
                Devices.ToArbitrary(),
                device => DeviceProfiles.All(profile => ReadersOf(profile, device).SequenceEqual(Readers[profile]))
            )
            .Check(ManyTimes);

    [Fact]
    public void Whatever_device_policy_approves_is_read_as_no_other() =>
        Prop.ForAll(Devices.ToArbitrary(), device => DeviceProfiles.All(profile => ReadsAsNoOther(Subject(profile, device), device.Mac)))
            .Check(ManyTimes);

    /// <summary>The whole way: decided, encoded, passed by lint, and the name taken out of the very bytes that would be signed.</summary>
    [Fact]
    public void Whatever_is_issued_by_any_profile_is_read_as_the_device_and_no_other() =>
        Prop.ForAll(
                Devices.ToArbitrary(),
                device =>
                    DeviceProfiles.All(profile =>
                    {
                        var plan = SamplePlans.DevicePlan(
                            profile,
                            ShippedPolicy.Device() with
                            {
                                Mac = device.Mac.Upper,
                                Serial = device.Serial,
                                Product = device.Product,
                            }
                        );
                        var bytes = SamplePlans.Encode(plan);
                        var subject = DistinguishedName.Decode(TbsTree.Parse(bytes).Fields[TbsTree.Subject]);
                        return SamplePlans.Lint(bytes, plan).Count == 0
                            && ReadersOf(subject, device.Mac).SequenceEqual(Readers[profile])
                            && ReadsAsNoOther(subject, device.Mac);
                    })
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    /// <summary>Lint's rule and the parsers were written apart: what lint passes must read as one MAC to those that look for runs.</summary>
    [Fact]
    public void What_lint_passes_reads_as_one_MAC_whatever_the_subject() =>
        Prop.ForAll(
                Subjects.ToArbitrary(),
                text =>
                {
                    var subject = DistinguishedName.Of([
                        .. text.Select(value => new AttributeTypeAndValue(NameAttributeTypes.OrganizationalUnit, value)),
                    ]);
                    if (DeviceSubject.Explain(subject) is not null)
                        return true;
                    var runs = Spellings(subject)
                        .Select(ProviderParsers.BroadWorksFinds)
                        .OfType<string>()
                        .Select(run => run.ToUpperInvariant())
                        .Distinct()
                        .ToList();
                    return runs.Count <= 1 && runs.All(run => Spellings(subject).All(dn => ProviderParsers.SipwiseAccepts(dn, run)));
                }
            )
            .Check(ManyTimes);

    [Theory]
    [InlineData("CN=000E08ABCDEF,OU=88012BA01234", "88012BA01234")]
    [InlineData("/OU=88012BA01234/CN=000E08ABCDEF", "000E08ABCDEF")]
    [InlineData("OU=00:0E:08:AB:CD:EF", null)]
    [InlineData("CN=000E08ABCDEF0", "00E08ABCDEF0")]
    public void BroadWorks_takes_the_last_run(string dn, string? found) => Assert.Equal(found, ProviderParsers.BroadWorksFinds(dn));

    [Theory]
    [InlineData("CN=000E08ABCDEF,OU=x", "000E08ABCDEF")]
    [InlineData("/OU=x/CN=000e08abcdef", "000e08abcdef")]
    [InlineData("CN=SPA504G\\, MAC: 000E08ABCDEF", null)]
    [InlineData("CN=000E08ABCDEF0", null)]
    public void GURU3_wants_the_whole_common_name(string dn, string? found) => Assert.Equal(found, ProviderParsers.Guru3Finds(dn));

    [Fact]
    public void The_sample_serial_number_of_the_guides_makes_BroadWorks_take_the_device_for_another()
    {
        var subject = Subject("cisco-sb", Device("000E08ABCDEF", "88012BA01234", "SPA962"));
        Assert.Contains(Spellings(subject), dn => ProviderParsers.BroadWorksFinds(dn) == "88012BA01234");
        Assert.NotNull(DeviceSubject.Explain(subject));
    }

    private static IReadOnlyList<string> DeviceProfiles =>
        [
            .. ShippedPolicy
                .Configuration.Profiles.Where(profile => profile.For == SigningAuthority.Issuance.Requests.RequestKind.Device)
                .Select(profile => profile.Id),
        ];

    /// <summary>Devices as policy would approve them.</summary>
    private static Gen<(MacAddress Mac, string Serial, string Product)> Devices
    {
        get
        {
            var products = ShippedPolicy.Configuration.DeviceFamilies.SelectMany(family => family.Products).ToArray();
            var serials = Gen.Elements("ABCDEF0123456789abcdef-XYZ".ToCharArray())
                .NonEmptyListOf()
                .Select(list => string.Concat(list.Take(24)))
                .Where(serial => !HexRun.IsIn(serial));
            // Without the addresses kept for tests.
            return Gen.Choose(0, 0xFFFEFF)
                .SelectMany(number =>
                    serials.SelectMany(
                        serial => Gen.Elements(products),
                        (serial, product) => (MacAddress.Parse($"000E08{number:X6}"), serial, product)
                    )
                );
        }
    }

    private static Gen<List<string>> Subjects =>
        Gen.Elements("0123456789ABCDEF:-,/= x".ToCharArray())
            .NonEmptyListOf()
            .Select(list => string.Concat(list.Take(60)))
            .NonEmptyListOf()
            .Select(values => values.Take(3).ToList())
            .SelectMany(
                values => Gen.Elements("", "000E08ABCDEF", "00:0E:08:AB:CD:EF"),
                (values, mac) => mac.Length == 0 ? values : [mac, .. values]
            );

    private static (MacAddress Mac, string Serial, string Product) Device(string mac, string serial, string product) =>
        (MacAddress.Parse(mac), serial, product);

    private static DistinguishedName Subject(string profile, (MacAddress Mac, string Serial, string Product) device) =>
        SubjectTemplate.Fill(
            ShippedPolicy.Configuration.FindProfile(profile)!.Subject,
            SubjectTemplate.DeviceValues(device.Mac, device.Serial, device.Product)
        );

    /// <summary>"yes" for each reader that finds exactly the device's MAC in every spelling: the order of the README's table.</summary>
    private static IReadOnlyList<string> ReadersOf(string profile, (MacAddress Mac, string Serial, string Product) device) =>
        ReadersOf(Subject(profile, device), device.Mac);

    private static IReadOnlyList<string> ReadersOf(DistinguishedName subject, MacAddress device)
    {
        var mac = device.Upper;
        bool[] found =
        [
            Spellings(subject).All(dn => ProviderParsers.SipwiseAccepts(dn, mac)),
            Spellings(subject).All(dn => string.Equals(ProviderParsers.BroadWorksFinds(dn), mac, StringComparison.OrdinalIgnoreCase)),
            ProviderParsers.NetSapiensAccepts(subject.Values(NameAttributeTypes.CommonName).SingleOrDefault(), $"/{mac}.cfg"),
            Spellings(subject).All(dn => string.Equals(ProviderParsers.Guru3Finds(dn), mac, StringComparison.OrdinalIgnoreCase)),
        ];
        return [.. found.Select(yes => yes ? Yes : No)];
    }

    /// <summary>None of the four takes it for another device, those that find nothing in it included.</summary>
    private static bool ReadsAsNoOther(DistinguishedName subject, MacAddress device)
    {
        var other = MacAddress.Parse(device.Upper[..11] + (device.Upper[11] == '0' ? '1' : '0')).Upper;
        return !ProviderParsers.NetSapiensAccepts(subject.Values(NameAttributeTypes.CommonName).SingleOrDefault(), $"/{other}.cfg")
            && Spellings(subject)
                .All(dn =>
                    !ProviderParsers.SipwiseAccepts(dn, other)
                    && ProviderParsers.BroadWorksFinds(dn)?.ToUpperInvariant() == device.Upper
                    && (ProviderParsers.Guru3Finds(dn) is not { } found || found.ToUpperInvariant() == device.Upper)
                );
    }

    /// <summary>RFC 2253 and legacy, each as this library and as BouncyCastle spells it.</summary>
    private static string[] Spellings(DistinguishedName subject)
    {
        var name = X509Name.GetInstance(Asn1Object.FromByteArray(subject.Der.ToArray()));
        var legacy = string.Concat(
            name.GetOidList()
                .Cast<DerObjectIdentifier>()
                .Zip(name.GetValueList().Cast<string>(), (oid, value) => $"/{X509Name.DefaultSymbols[oid]}={value}")
        );
        return [subject.ToRfc4514(), subject.ToLegacy(), name.ToString(reverse: true, X509Name.RFC2253Symbols), legacy];
    }
}
