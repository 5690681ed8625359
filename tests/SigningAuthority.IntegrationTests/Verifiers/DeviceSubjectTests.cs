using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.UnitTests.Issuance.Devices;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>Each family's subjects, printed by openssl in both spellings, read as four kinds of providers' software read them.</summary>
[Collection(FactoryFlows.Name)]
public sealed class DeviceSubjectTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly StationDesk _desk = new(authority.StationClient());

    [Theory]
    [InlineData("SPA962")]
    [InlineData("SPA2102")]
    [InlineData("SPA504G")]
    [InlineData("SPA303")]
    [InlineData("SPA112")]
    [InlineData("WIP310")]
    [InlineData("PAP2")]
    [InlineData("SRP521")]
    public async Task Providers_find_the_device_and_no_other_in_its_subject(string product)
    {
        var device = FactoryDevice.Make(product);
        var file = Path.Combine(authority.Scratch, device.Mac + ".crt");
        await File.WriteAllTextAsync(file, await _desk.CertifyAsync(device));
        var commonName = (await OpenSsl.RunAsync("x509", "-in", file, "-noout", "-subject", "-nameopt", "multiline"))
            .Split('\n')
            .Single(line => line.Contains("commonName"))
            .Split('=')[1]
            .Trim();

        foreach (var spelling in (string[])["RFC2253", "compat"])
        {
            var subject = (await OpenSsl.RunAsync("x509", "-in", file, "-noout", "-subject", "-nameopt", spelling)).Trim()[
                "subject=".Length..
            ];
            Assert.Equal(spelling == "compat", subject.StartsWith('/'));
            Assert.True(ProviderParsers.SipwiseAccepts(subject, device.Mac), subject);
            Assert.False(ProviderParsers.SipwiseAccepts(subject, FactoryDevice.NextMac()), subject);
            Assert.Equal(device.Mac, ProviderParsers.BroadWorksFinds(subject));
            Assert.Equal(device.Mac, ProviderParsers.Guru3Finds(subject));
        }

        Assert.True(ProviderParsers.NetSapiensAccepts(commonName, $"/cfg/{device.Mac}.cfg"));
        Assert.False(ProviderParsers.NetSapiensAccepts(commonName, $"/cfg/{FactoryDevice.NextMac()}.cfg"));
    }
}
