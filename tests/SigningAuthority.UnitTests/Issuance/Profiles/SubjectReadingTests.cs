using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Profiles;

public sealed class SubjectReadingTests
{
    private static readonly MacAddress Mac = MacAddress.Parse("000E08ABCDEF");

    private static readonly IReadOnlyList<CertificateProfile> DeviceProfiles =
    [
        .. ShippedPolicy.Configuration.Profiles.Where(profile => profile.For == RequestKind.Device),
    ];

    [Fact]
    public void Every_shipped_profiles_subject_reads_back_as_the_device_it_was_written_for()
    {
        Assert.NotEmpty(DeviceProfiles);
        foreach (var profile in DeviceProfiles)
        {
            var subject = SubjectTemplate.Fill(profile.Subject, SubjectTemplate.DeviceValues(Mac, "FM500H000001", "SPA962"));

            foreach (var reading in (SubjectReading[])[SubjectReading.Of([profile], subject), SubjectReading.Of(DeviceProfiles, subject)])
            {
                Assert.Equal(Mac, MacAddress.Parse(reading.Mac!));
                Assert.True(reading.Serial is null or "FM500H000001", reading.Serial);
                Assert.True(reading.Product is null or "SPA962", reading.Product);
                Assert.Empty(reading.Contradictions);
            }
        }
    }

    [Fact]
    public void A_device_that_a_subject_names_twice_is_named_once_whatever_the_spelling()
    {
        var reading = Read("cisco-sb", ("ST", "00:0e:08:ab:cd:ef"), ("CN", "SPA962, MAC: 000E08ABCDEF, Serial: FM500H000001"));

        Assert.Empty(reading.Contradictions);
        Assert.Equal("FM500H000001", reading.Serial);
    }

    [Fact]
    public void Two_devices_in_one_subject_are_a_contradiction()
    {
        var reading = Read("cisco-sb", ("ST", "000E08ABCDE0"), ("L", "FM1"), ("CN", "SPA962, MAC: 000E08ABCDEF, Serial: FM500H000001"));

        Assert.Equal(["mac: 000E08ABCDE0, 000E08ABCDEF", "serial: FM1, FM500H000001"], reading.Contradictions);
    }

    [Fact]
    public void What_a_subject_does_not_say_is_not_made_up()
    {
        var reading = Read("sipura-doc", ("CN", "000E08ABCDEF"));

        Assert.Null(reading.Mac);
        Assert.Null(reading.Serial);
        Assert.Null(reading.Product);
    }

    [Fact]
    public void A_templates_pattern_is_compiled_once()
    {
        // Compiling one takes some 100 KiB.
        Assert.True(Enumerable.Range(0, 10).Min(_ => AllocatedByOne()) < 24 * 1024);

        static long AllocatedByOne()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Read("cisco-sb", ("ST", "000E08ABCDEF"), ("L", "FM500H000001"), ("CN", "SPA962, MAC: 000E08ABCDEF, Serial: FM500H000001"));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static SubjectReading Read(string profile, params (string Type, string Value)[] subject) =>
        SubjectReading.Of(
            [ShippedPolicy.Configuration.FindProfile(profile)!],
            DistinguishedName.Of([.. subject.Select(part => new AttributeTypeAndValue(NameAttributeTypes.FindOid(part.Type)!, part.Value))])
        );
}
