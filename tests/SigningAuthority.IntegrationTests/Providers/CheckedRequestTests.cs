using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>What a provider learns before submission, offline and from the service, and that it is what submission says.</summary>
[Collection(ProviderFlows.Name)]
public sealed class CheckedRequestTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _telco = authority.Client(authority.TelcoToken);

    [Theory]
    [InlineData("pv.telco.net", "SPA962", "")]
    [InlineData("pv.telco.net/mailto:admin@telco.net", "SPA504G@7.5.6", "")]
    [InlineData("pv.telco.net", "SPA962", "-newkey rsa:1024", "key-too-small")]
    [InlineData("pv.telco.net", "SPA962", "-newkey rsa:3072", "key-too-large")]
    [InlineData("pv.telco.net", "SPA504G@7.5.6", "-newkey rsa:3072")]
    [InlineData("pv.telco.net", "SPA962", "-newkey ec -pkeyopt ec_paramgen_curve:P-256", "key-not-rsa")]
    [InlineData("pv.telco.net", "SPA962", "-sha1", "request-hash")]
    [InlineData("prov.example.org", "SPA962", "", "name-not-registered")]
    [InlineData("*.telco.net", "SPA962", "", "common-name-wildcard")]
    [InlineData("192.0.2.7", "SPA962", "", "common-name-ip-literal")]
    [InlineData("localhost", "SPA962", "", "common-name-not-fqdn")]
    [InlineData("pv.telco.net", "SPA962", "-addext subjectAltName=DNS:pv.telco.net,DNS:www.telco.net", "san-foreign")]
    [InlineData("pv.telco.net", "SPA962", "-addext basicConstraints=CA:TRUE", "extension-ca")]
    [InlineData("pv.telco.net", "SPA9999", "", "device-unknown")]
    [InlineData("192.0.2.7", "SPA9999", "-newkey rsa:1024", "key-too-small", "common-name-ip-literal", "device-unknown")]
    public async Task Offline_dry_run_and_submission_find_the_same(string name, string device, string more, params string[] codes)
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, name, more.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var offline = await CheckOfflineAsync(made.CsrFile, device);
        var dry = await SubmitAsync(made.Pem, $"device={device}&dryRun=true");
        var real = await SubmitAsync(made.Pem, $"device={device}");

        Assert.Equal(codes, Codes(offline));
        Assert.Equal(codes, dry.ViolationCodes);
        Assert.Equal(codes, real.ViolationCodes);
        Assert.Equal(codes.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, dry.Status);
        Assert.Equal(codes.Length == 0 ? HttpStatusCode.Accepted : HttpStatusCode.UnprocessableEntity, real.Status);
        Assert.Equal(Cells(offline), Cells(dry.Json));
    }

    [Fact]
    public async Task Something_else_than_a_CSR_is_named_alike_in_all_three_places()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "pv.telco.net");
        foreach (var (file, code) in new[] { (made.KeyFile, "csr-private-key"), (authority.ServiceRootFile, "csr-wrong-pem-label") })
        {
            var content = await File.ReadAllBytesAsync(file);
            Assert.Equal([code], Codes(await CheckOfflineAsync(file, "SPA962")));
            Assert.Equal([code], (await SubmitAsync(content, "device=SPA962&dryRun=true")).ViolationCodes);
            Assert.Equal([code], (await SubmitAsync(content, "device=SPA962")).ViolationCodes);
        }
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_issued_and_queues_nothing()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "dry.telco.net");
        var from = IssuanceLogReader.FromNow();
        var newest = await NewestAsync();

        var answer = await SubmitAsync(made.Pem, "device=SPA504G&device=SPA962&dryRun=true");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.True(answer.Json.GetProperty("accepted").GetBoolean());
        Assert.Equal(["cisco-sb", "sipura"], Texts(answer.Json.GetProperty("generations")));
        Assert.Equal(0, answer.Json.GetProperty("approvalsNeeded").GetInt32());
        Assert.Empty(answer.Json.GetProperty("warnings").EnumerateArray());
        Assert.Equal(5, answer.Json.GetProperty("matrix").GetArrayLength());
        Assert.Equal(newest, await NewestAsync());
        var entry = Assert.Single(
            await new IssuanceLogReader(authority).AwaitAsync($"{from}&type=request.checked&subject=dry.telco.net", 1)
        );
        Assert.True(entry.GetProperty("entry").GetProperty("accepted").GetBoolean());
        Assert.Equal("provider/telco", entry.GetProperty("actor").GetString());
        Assert.Empty(await new IssuanceLogReader(authority).PageAsync($"{from}&type=request.submitted&subject=dry.telco.net"));
    }

    [Fact]
    public async Task A_refused_dry_run_is_written_down_as_a_check_and_shows_which_phones_would_not_mind()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "refused-dry.example.org");
        var from = IssuanceLogReader.FromNow();

        var answer = await SubmitAsync(made.Pem, "device=SPA962&dryRun=true");

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "name-not-registered");
        Assert.True(Assert.Single(answer.Json.GetProperty("matrix").EnumerateArray()).GetProperty("accepted").GetBoolean());
        var log = new IssuanceLogReader(authority);
        var entry = Assert.Single(await log.AwaitAsync($"{from}&type=request.checked&subject=refused-dry.example.org", 1));
        Assert.Equal(["name-not-registered"], Texts(entry.GetProperty("entry").GetProperty("violations")));
        Assert.Empty(await log.PageAsync($"{from}&type=request.refused&subject=refused-dry.example.org"));
    }

    [Fact]
    public async Task A_dry_run_does_not_spend_the_Idempotency_Key()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "dry.telco.net");
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());

        Assert.Equal(HttpStatusCode.OK, (await SubmitAsync(made.Pem, "device=PAP2&dryRun=true", key)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await SubmitAsync(made.Pem, "device=SPA962", key)).Status);
    }

    [Fact]
    public async Task A_dry_run_may_be_asked_for_in_JSON_and_in_a_form_too()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "dry.telco.net");
        var pem = System.Text.Encoding.ASCII.GetString(made.Pem);
        using var json = JsonContent.Create(
            new
            {
                csr = pem,
                devices = new[] { "SPA962" },
                dryRun = true,
            }
        );
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(made.Pem), "csr", "provserver.csr" },
            { new StringContent("SPA962"), "device" },
            { new StringContent("true"), "dryRun" },
        };

        foreach (var content in new HttpContent[] { json, form })
        {
            var answer = await _telco.AskAsync(HttpMethod.Post, ProviderDesk.Path, content);
            Assert.True(answer.Status == HttpStatusCode.OK && answer.Json.GetProperty("accepted").GetBoolean(), answer.ToString());
        }
    }

    [Fact]
    public async Task Phones_that_no_certificate_would_serve_are_warned_of()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "dry.telco.net");

        var answer = await SubmitAsync(made.Pem, "device=SPA504G@7.5.6&dryRun=true");

        var warning = Assert.Single(answer.Json.GetProperty("warnings").EnumerateArray());
        Assert.Equal("firmware-not-served", warning.GetProperty("code").GetString());
        Assert.Contains("before 7.5.6", warning.GetProperty("message").GetString());
    }

    private async Task<JsonElement> CheckOfflineAsync(string file, string device)
    {
        var result = await RunningAuthority.SignctlAsync([
            "check",
            file,
            "--device",
            device,
            "--json",
            .. RunningAuthority.TelcoNames.SelectMany(name => new[] { "--name", name }),
        ]);
        var document = JsonSerializer.Deserialize<JsonElement>(result.OutputBytes);
        Assert.Equal(document.GetProperty("accepted").GetBoolean() ? 0 : 2, result.ExitCode);
        return document;
    }

    private Task<Answer> SubmitAsync(byte[] csr, string query, params (string Name, string Value)[] headers) =>
        _telco.AskAsync(HttpMethod.Post, $"{ProviderDesk.Path}?{query}", new ByteArrayContent(csr), headers);

    private async Task<string> NewestAsync() =>
        (await _telco.AskAsync(ProviderDesk.Path + "?limit=1")).Json.GetProperty("requests").ToString();

    private static List<string> Codes(JsonElement document) =>
        [.. document.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("code").GetString()!)];

    private static List<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString()!)];

    private static List<(string?, string?, bool)> Cells(JsonElement document) =>
        [
            .. document
                .GetProperty("matrix")
                .EnumerateArray()
                .Select(row =>
                    (
                        row.GetProperty("family").GetString(),
                        row.GetProperty("generation").GetString(),
                        row.GetProperty("accepted").GetBoolean()
                    )
                ),
        ];
}
