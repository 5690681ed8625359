using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations.Est;

/// <summary>deploy/est/enrol.sh is the standard client: bash, curl and openssl alone, in the RFC's order, each step under its section.</summary>
[Collection(FactoryFlows.Name)]
public sealed class EstScriptTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly string[] Steps =
    [
        "4.1 Distribution of CA certificates",
        "4.5 CSR attributes",
        "4.2.1 Simple enrollment",
        "4.2.3 Simple enroll response",
        "4.2.2 Simple re-enrollment",
    ];

    private readonly FactoryDevice _device = FactoryDevice.Make();

    private string Folder => Path.Combine(authority.Scratch, _device.Mac);

    [Fact]
    public async Task A_client_of_curl_and_openssl_goes_the_whole_way_and_may_go_it_twice()
    {
        var order = await OrderAsync(_device.Product);

        var first = (await RunAsync(order)).MustSucceed();

        Assert.Equal(Steps, first.Output.Split('\n').Where(line => char.IsAsciiDigit(line.FirstOrDefault())));
        var certificate = await File.ReadAllTextAsync(Path.Combine(Folder, "unit.crt"));
        Assert.Contains(
            "client",
            await File.ReadAllTextAsync(Path.Combine(Folder, "client-roots.pem")),
            StringComparison.OrdinalIgnoreCase
        );
        (await RunAsync(order)).MustSucceed();
        Assert.Equal(certificate, await File.ReadAllTextAsync(Path.Combine(Folder, "unit.crt")));
    }

    [Fact]
    public async Task It_shows_the_refusal_and_stops()
    {
        var refused = await RunAsync(await OrderAsync("SPA2102"));

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("order-of-other-products", await File.ReadAllTextAsync(Path.Combine(Folder, "enrolled")));
        Assert.False(File.Exists(Path.Combine(Folder, "unit.crt")));
    }

    /// <summary>What everybody may ask costs no query of its own: a new order is known a second later.</summary>
    private async Task<string> OrderAsync(string product)
    {
        var est = new EstDesk(authority);
        var order = await est.OrderAsync([product]);
        await Eventually.TrueAsync(
            async () => (await est.AnonymouslyAsync(order + "/cacerts")).Status == HttpStatusCode.OK,
            "the new order is known"
        );
        return order;
    }

    private Task<ProgramResult> RunAsync(string order) =>
        ExternalProgram.RunAsync(
            Path.Combine(Repository.Root, "deploy", "est", "enrol.sh"),
            [$"/OU={_device.Product}/serialNumber={_device.Serial}/CN={_device.Mac}", Folder],
            new Dictionary<string, string>
            {
                ["EST_URL"] = authority.Address.GetLeftPart(UriPartial.Authority),
                ["EST_CACERT"] = authority.ServiceRootFile,
                ["EST_CERT"] = authority.StationCertificateFile,
                ["EST_KEY"] = authority.StationKeyFile,
                ["EST_ORDER"] = order,
            }
        );
}
