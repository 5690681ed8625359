using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

[Collection(ProviderFlows.Name)]
public sealed class FirmwareGenerationTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly ProviderDesk _desk = new(authority.Client(authority.TelcoToken));

    [Theory]
    [InlineData("SPA504G@7.5.6", "cisco-2k")]
    [InlineData("SPA504G@7.4.9c", "cisco-sb")]
    [InlineData("SPA504G", "cisco-sb")]
    [InlineData("SPA112@1.3.3", "cisco-2k")]
    [InlineData("SPA2102", "sipura")]
    [InlineData("SPA922", "sipura")]
    [InlineData("SPA921", "sipura")]
    [InlineData("SPA962", "sipura")]
    [InlineData("WIP310", "cisco-sb")]
    [InlineData("PAP2", "linksys")]
    [InlineData("SPA303", "cisco-sb", "sipura")]
    public async Task A_device_with_its_firmware_gets_the_generations_that_it_trusts(string device, params string[] generations)
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "prov.example.net");

        var accepted = await _desk.UploadAsync(made.Pem, [device]);

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var finished = await _desk.WaitAsync(accepted.Member("id"));
        Assert.Equal(
            generations,
            finished
                .Json.GetProperty("certificates")
                .EnumerateArray()
                .Select(certificate => certificate.GetProperty("generation").GetString()!)
                .Order()
        );
    }
}
