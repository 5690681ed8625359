using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Phones;
using SigningAuthority.UnitTests.Issuance;
using SigningAuthority.UnitTests.Issuance.Firmware;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Phones;

public sealed class KnownPhoneTests
{
    [Theory]
    [InlineData("SPA504G@7.5.5", "cisco-sb", 2048)]
    [InlineData("SPA504G@7.5.6", "cisco-2k", 4096)]
    [InlineData("SPA504G", "cisco-2k", 4096)]
    [InlineData("spa962", "sipura", 2048)]
    public void A_phone_tolerates_what_its_firmware_does_through_its_root(string model, string generation, int largest)
    {
        var found = KnownPhone.Find(ShippedPolicy.Configuration, model, Root(generation));
        Assert.Equal((generation, largest), (found.Generation.Id, found.Tolerance.LargestRsaBits));
    }

    [Theory]
    [InlineData("SPA504G@7.5.5", "cisco-2k")]
    [InlineData("SPA962", "linksys")]
    [InlineData("SPA9999", "sipura")]
    public void A_root_that_the_phone_does_not_have_is_the_users_mistake(string model, string generation) =>
        Assert.Throws<InvalidInputException>(() => KnownPhone.Find(ShippedPolicy.Configuration, model, Root(generation)));

    private static byte[] Root(string generation) =>
        new TestRoot(new X500DistinguishedName(ShippedPolicy.Configuration.Authority(generation).SubjectName.Der.Span)).Der;
}
