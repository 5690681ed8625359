using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>Identities that no certificate may carry: whatever looks like an address in a subject is a device to somebody.</summary>
[Collection(FactoryFlows.Name)]
public sealed class RefusedDeviceTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly StationDesk _desk = new(authority.StationClient());
    private readonly IssuanceLogReader _log = new(authority);

    [Theory]
    [InlineData("mac-oui-not-held", "00259C000001", null, null)]
    [InlineData("mac-multicast", "010E08000001", null, null)]
    [InlineData("mac-locally-administered", "020E08000001", null, null)]
    [InlineData("mac-syntax", "000E08", null, null)]
    [InlineData("mac-syntax", "000E08ABCDEG", null, null)]
    [InlineData("serial-hex-run", null, "88012BA01234", null)]
    [InlineData("serial-hex-run", null, "FM-000E08ABCDEF-1", null)]
    [InlineData("serial-syntax", null, "FM500,CN=000E08ABCDEF", null)]
    [InlineData("serial-syntax", null, "FM500*", null)]
    [InlineData("subject-reserved", null, "ciscogeneric", null)]
    [InlineData("product-unknown", null, null, "SPA9999")]
    public async Task A_bad_identity_is_refused_and_leaves_an_entry(string code, string? mac, string? serial, string? product)
    {
        var device = FactoryDevice.Make();
        var from = IssuanceLogReader.FromNow();

        var answer = await _desk.SubmitAsync(
            new
            {
                mac = mac ?? device.Mac,
                serial = serial ?? device.Serial,
                product = product ?? device.Product,
                csr = device.Csr,
            }
        );

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, code);
        var entry = Assert.Single(await _log.AwaitAsync($"type=request.refused&actor=station%2Fline-1&{from}", 1)).GetProperty("entry");
        Assert.Equal(
            answer.ViolationCodes,
            entry.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("code").GetString()!)
        );
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_device_is_said_at_once()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "unit", "-newkey", "rsa:1024");

        var answer = await _desk.SubmitAsync(
            new
            {
                mac = "01259C000001",
                serial = "88012BA01234",
                product = "SPA9999",
                csr = await File.ReadAllTextAsync(made.CsrFile),
            }
        );

        ProblemAssert.Breaks(
            answer,
            HttpStatusCode.UnprocessableEntity,
            "mac-multicast",
            "mac-oui-not-held",
            "serial-hex-run",
            "product-unknown",
            "key-too-small"
        );
    }

    [Fact]
    public async Task A_request_without_a_CSR_and_one_with_a_private_key_are_refused()
    {
        var device = FactoryDevice.Make();
        ProblemAssert.Breaks(
            await _desk.SubmitAsync(
                new
                {
                    mac = device.Mac,
                    serial = device.Serial,
                    product = device.Product,
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "csr-missing"
        );
        ProblemAssert.Breaks(
            await _desk.SubmitAsync(
                new
                {
                    mac = device.Mac,
                    serial = device.Serial,
                    product = device.Product,
                    csr = device.Key.ExportPkcs8PrivateKeyPem(),
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "csr-private-key"
        );
    }
}
