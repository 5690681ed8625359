using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>Which phones accept what was issued: by HTTP and as signctl's table.</summary>
[Collection(ProviderFlows.Name)]
public sealed class RequestMatrixTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _telco = authority.Client(authority.TelcoToken);

    [Fact]
    public async Task The_matrix_of_an_issued_request_is_judged_on_its_certificates()
    {
        var id = await IssueAsync("SPA504G", "PAP2");

        var answer = await _telco.AskAsync($"{ProviderDesk.Path}/{id}/matrix");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.True(answer.Json.GetProperty("issued").GetBoolean());
        Assert.Equal(
            [
                ("pap2-rtp", "linksys", null),
                ("spa5xx", "cisco-sb", null),
                ("spa5xx", "cisco-2k", "root-not-in-firmware"),
                ("spa5xx", "cisco-sb", null),
                ("spa5xx", "cisco-2k", "no-certificate"),
            ],
            answer
                .Json.GetProperty("matrix")
                .EnumerateArray()
                .Select(row =>
                    (
                        row.GetProperty("family").GetString(),
                        row.GetProperty("generation").GetString(),
                        row.GetProperty("reasons")
                            .EnumerateArray()
                            .Select(reason => reason.GetProperty("code").GetString())
                            .SingleOrDefault()
                    )
                )
        );
    }

    [Fact]
    public async Task Signctl_prints_it_as_a_table_and_as_the_document()
    {
        var id = await IssueAsync("SPA962");
        string[] access = ["--url", authority.Address.ToString(), "--cacert", authority.ServiceRootFile, "--token", authority.TelcoToken];

        var table = (await RunningAuthority.SignctlAsync(["matrix", id, .. access])).MustSucceed().Output;
        var document = (await RunningAuthority.SignctlAsync(["matrix", id, "--json", .. access])).MustSucceed().OutputBytes;

        Assert.StartsWith("FAMILY  FIRMWARE  GENERATION  ACCEPTED  WHY NOT\nspa9xx  any       sipura      yes\n", table);
        Assert.Equal(id, JsonSerializer.Deserialize<JsonElement>(document).GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Another_tenants_matrix_is_not_there()
    {
        var id = await IssueAsync("SPA962");
        ProblemAssert.Is(
            await authority.Client(authority.OtherTelcoToken).AskAsync($"{ProviderDesk.Path}/{id}/matrix"),
            HttpStatusCode.NotFound,
            "not-found"
        );
    }

    [Fact]
    public async Task The_catalogue_names_every_product_with_its_firmware_and_generations()
    {
        var answer = await _telco.AskAsync("api/v1/provider/device-families");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var families = answer.Json.GetProperty("families").EnumerateArray().ToList();
        Assert.Equal(Directory.GetFiles(Path.Combine(Repository.CaConfig, "device-families")).Length, families.Count);
        var newer = families.Single(family => family.GetProperty("id").GetString() == "spa5xx").GetProperty("firmware")[1];
        Assert.Equal("7.5.6", newer.GetProperty("fromFirmware").GetString());
        Assert.Equal(
            ["cisco-sb", "cisco-2k"],
            newer.GetProperty("generations").EnumerateArray().Select(generation => generation.GetProperty("id").GetString())
        );
    }

    private async Task<string> IssueAsync(params string[] devices)
    {
        var desk = new ProviderDesk(_telco);
        var made = await MadeRequest.MakeAsync(authority.Scratch, "matrix.telco.net");
        var id = (await desk.UploadAsync(made.Pem, devices)).Member("id");
        await desk.WaitAsync(id);
        return id;
    }
}
