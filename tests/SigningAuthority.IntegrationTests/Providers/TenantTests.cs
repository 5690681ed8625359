using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>A provider sees its own things only; of another's not even that they are there.</summary>
[Collection(ProviderFlows.Name)]
public sealed class TenantTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _telco = authority.Client(authority.TelcoToken);
    private readonly HttpClient _other = authority.Client(authority.OtherTelcoToken);

    [Fact]
    public async Task Anothers_request_and_certificates_are_not_there()
    {
        var desk = new ProviderDesk(_telco);
        var made = await MadeRequest.MakeAsync(authority.Scratch, "prov.telco.net");
        var id = (await desk.UploadAsync(made.Pem)).Member("id");
        await desk.WaitAsync(id);
        Assert.Equal(HttpStatusCode.OK, (await desk.DownloadAsync(id, "sipura.pem")).Status);

        foreach (
            var path in (string[])
                [
                    $"{id}",
                    $"{id}?wait=1",
                    $"{id}/certificates/sipura.pem",
                    $"{id}/certificates/sipura.der",
                    $"{id}/certificates/sipura.p7b",
                    $"{id}/certificates/sipura.crt",
                ]
        )
        {
            var theirs = await _other.AskAsync($"{ProviderDesk.Path}/{path}");
            ProblemAssert.Is(theirs, HttpStatusCode.NotFound, "not-found");
            var nobodys = await _other.AskAsync($"{ProviderDesk.Path}/{path.Replace(id, Guid.NewGuid().ToString())}");
            Assert.Equal(nobodys.Text, theirs.Text);
        }

        Assert.DoesNotContain(id, (await _other.AskAsync(ProviderDesk.Path)).Text);
        Assert.Contains(id, (await _telco.AskAsync(ProviderDesk.Path)).Text);
    }

    [Fact]
    public async Task A_key_that_another_provider_has_certified_is_refused_and_the_refusal_names_nobody()
    {
        var folder = authority.Scratch;
        var ours = await MadeRequest.MakeAsync(folder, "prov.telco.net");
        var desk = new ProviderDesk(_telco);
        await desk.WaitAsync((await desk.UploadAsync(ours.Pem)).Member("id"));
        var theirs = Path.Combine(folder, "same-key.csr");
        await OpenSsl.RunAsync("req", "-new", "-key", ours.KeyFile, "-sha256", "-subj", "/CN=prov.example.org", "-out", theirs);

        var answer = await new ProviderDesk(_other).UploadAsync(await File.ReadAllBytesAsync(theirs));

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "key-of-another-provider");
        Assert.DoesNotContain("telco.net", answer.Text);
        Assert.DoesNotContain(RunningAuthority.Telco + "\"", answer.Text);
    }

    [Fact]
    public async Task A_mistyped_dry_run_is_no_submission()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "mistyped.telco.net");

        var answer = await _telco.AskAsync(
            HttpMethod.Post,
            ProviderDesk.Path + "?device=SPA962&dry_run=true",
            new ByteArrayContent(made.Pem)
        );

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "query-value");
    }

    [Fact]
    public async Task A_withdrawn_name_is_certified_no_more()
    {
        var (name, desk) = ("gone.example.info", new ProviderDesk(_telco));
        await authority.OperatorAsync("name", "add", RunningAuthority.Telco, name, "--exact");
        var made = await MadeRequest.MakeAsync(authority.Scratch, name);
        Assert.Equal(HttpStatusCode.Accepted, (await desk.UploadAsync(made.Pem)).Status);
        ProblemAssert.Breaks(
            await desk.UploadAsync((await MadeRequest.MakeAsync(authority.Scratch, "sub." + name)).Pem),
            HttpStatusCode.UnprocessableEntity,
            "name-not-registered"
        );

        await authority.OperatorAsync("name", "withdraw", RunningAuthority.Telco, name);

        ProblemAssert.Breaks(
            await desk.UploadAsync((await MadeRequest.MakeAsync(authority.Scratch, name)).Pem),
            HttpStatusCode.UnprocessableEntity,
            "name-not-registered"
        );
    }

    [Theory]
    [InlineData("deeper.callme.com")]
    [InlineData("com")]
    public async Task A_name_below_or_above_that_of_another_provider_is_not_registered(string name)
    {
        var result = await authority.RunSignerVerbAsync("sa_operator", "operator", "name", "add", RunningAuthority.OtherTelco, name);

        Assert.NotEqual(0, result.ExitCode);
    }
}
