using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.Phones;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Phones;

public sealed class DeviceSubjectTests
{
    [Theory]
    [InlineData("CN=000E08ABCDEF")]
    [InlineData("OU=SPA-962, L=88012BA01234, S=000e08abcdef")]
    [InlineData(
        "C=US, S=000E08ABCDEF, L=FM500F700001, O=\"Cisco Systems, Inc.\", OU=cisco.com, CN=\"SPA504G, MAC: 000E08ABCDEF, Serial: FM500F700001\""
    )]
    [InlineData("CN=\"SPA504G, MAC: 000E08ABCDEF, Serial: FM500F700001\"")]
    public void The_address_is_found_in_every_layout_in_the_field(string subject) =>
        Assert.Equal("000E08ABCDEF", DeviceSubject.FindMac(new X500DistinguishedName(subject))?.Upper);

    [Theory]
    [InlineData("O=000E08ABCDEF")]
    [InlineData("L=88012BA01234, OU=SPA-962")]
    [InlineData("CN=000E08ABCDEF0")]
    [InlineData("CN=000E08ABCDEF, S=000E08ABCDE0")]
    [InlineData("O=\"x,CN=000E08ABCDEF\"")]
    public void A_subject_that_names_no_device_or_two_has_no_address(string subject) =>
        Assert.Null(DeviceSubject.FindMac(new X500DistinguishedName(subject)));
}
