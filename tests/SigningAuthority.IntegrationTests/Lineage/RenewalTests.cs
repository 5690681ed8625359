using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Lineage;

[Collection(ProviderFlows.Name)]
public sealed class RenewalTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly LineageDesk _desk = new(authority.Client(authority.TelcoToken), authority.Scratch);
    private readonly LineageDesk _other = new(authority.Client(authority.OtherTelcoToken), authority.Scratch);

    [Fact]
    public async Task Three_renewals_keep_their_lineage_in_both_directions_and_in_the_log()
    {
        var (first, _) = await _desk.IssueAsync("renew.telco.net", "SPA962", "SPA504G");
        var second = await _desk.FollowWithNewKeyAsync("renews", first, "renew.telco.net/mailto:noc@telco.net");
        var third = await _desk.IssuedAsync(await _desk.RenewAsync(second));
        var fourth = await _desk.FollowWithNewKeyAsync("renews", third, "renew.telco.net", "SPA962");

        string[] chain = [first, second, third, fourth];
        foreach (var (older, newer) in chain.Zip(chain.Skip(1)))
        {
            Assert.Equal(older, (await _desk.ShowAsync(newer)).GetProperty("renews").GetString());
            Assert.Equal([newer], LineageDesk.Followers(await _desk.ShowAsync(older), "renewedBy"));
            Assert.Empty(LineageDesk.Revocations(await _desk.ShowAsync(older)));
            var entry = Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=request.submitted&requestId={newer}", 1));
            Assert.Equal(older, Entry(entry).GetProperty("succeeds").GetString());
            Assert.Equal("Renewal", Entry(entry).GetProperty("succession").GetString());
        }

        // Devices that nobody names are those of the request before.
        Assert.Equal(["SPA962", "SPA504G"], Devices(await _desk.ShowAsync(third)));
        Assert.Equal(["SPA962"], Devices(await _desk.ShowAsync(fourth)));
        var listed = (await authority.Client(authority.TelcoToken).AskAsync(Providers.ProviderDesk.Path)).Json;
        Assert.Contains(
            listed.GetProperty("requests").EnumerateArray(),
            request => LineageDesk.Followers(request, "renewedBy").SequenceEqual([fourth])
        );
    }

    [Fact]
    public async Task The_stored_request_is_certified_once_more_with_its_key()
    {
        var (id, made) = await _desk.IssueAsync("again.telco.net");

        var renewed = await _desk.IssuedAsync(await _desk.RenewAsync(id));

        // Nearly two years before the end: warned of, and not refused.
        Assert.Contains(
            (await _desk.ShowAsync(renewed)).GetProperty("warnings").EnumerateArray(),
            warning => warning.GetProperty("code").GetString() == "renewal-early"
        );
        Assert.False((await _desk.ShowAsync(id)).TryGetProperty("warnings", out _));
        foreach (var request in (string[])[id, renewed])
        {
            var file = Path.Combine(authority.Scratch, request + ".pem");
            await File.WriteAllBytesAsync(file, (await _desk.Requests.DownloadAsync(request, "sipura.pem")).Body);
            Assert.Equal(
                await OpenSsl.RunAsync("pkey", "-in", made.KeyFile, "-pubout"),
                await OpenSsl.RunAsync("x509", "-in", file, "-noout", "-pubkey")
            );
        }

        Assert.NotEqual(Serial(await _desk.ShowAsync(id)), Serial(await _desk.ShowAsync(renewed)));
    }

    [Fact]
    public async Task A_renewal_takes_no_body_so_that_a_new_request_in_it_is_not_passed_over()
    {
        var (id, _) = await _desk.IssueAsync("nobody.telco.net");
        var made = await MadeRequest.MakeAsync(authority.Scratch, "nobody.telco.net");

        var answer = await authority
            .Client(authority.TelcoToken)
            .AskAsync(HttpMethod.Post, $"{Providers.ProviderDesk.Path}/{id}/renewal", new ByteArrayContent(made.Pem));

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "renewal-takes-no-body");
        Assert.Empty(LineageDesk.Followers(await _desk.ShowAsync(id), "renewedBy"));
    }

    [Fact]
    public async Task Another_tenants_request_and_one_that_nobody_has_are_refused_alike()
    {
        var (theirs, _) = await _other.IssueAsync("prov.example.org");
        var nobodys = Guid.NewGuid().ToString();
        var made = await MadeRequest.MakeAsync(authority.Scratch, "renew.telco.net");

        foreach (var how in (string[])["renews", "replaces"])
        {
            var refused = await _desk.FollowAsync(how, theirs, made, "SPA962");
            ProblemAssert.Breaks(refused, HttpStatusCode.UnprocessableEntity, "predecessor-unknown");
            Assert.Equal(refused.Text, (await _desk.FollowAsync(how, nobodys, made, "SPA962")).Text);
            Assert.DoesNotContain("example.org", refused.Text);
        }

        var renewal = await _desk.RenewAsync(theirs);
        ProblemAssert.Is(renewal, HttpStatusCode.NotFound, "not-found");
        Assert.Equal(renewal.Text, (await _desk.RenewAsync(nobodys)).Text);
        Assert.Empty(LineageDesk.Followers(await _other.ShowAsync(theirs), "renewedBy"));
    }

    [Fact]
    public async Task Another_name_is_refused_and_so_is_an_id_that_is_none()
    {
        var (id, _) = await _desk.IssueAsync("one.telco.net");
        var other = await MadeRequest.MakeAsync(authority.Scratch, "two.telco.net");

        ProblemAssert.Breaks(await _desk.FollowAsync("renews", id, other), HttpStatusCode.UnprocessableEntity, "renewal-other-name");
        ProblemAssert.Breaks(await _desk.FollowAsync("renews", "1", other, "SPA962"), HttpStatusCode.UnprocessableEntity, "query-value");
    }

    [Fact]
    public async Task A_refused_request_has_nothing_to_renew()
    {
        // Withdrawn in the meantime, so that the key room is the one that refuses.
        const string name = "short.example.info";
        await authority.OperatorAsync("name", "add", RunningAuthority.Telco, name, "--exact");
        var (id, made) = await _desk.IssueAsync(name);
        await authority.OperatorAsync("name", "withdraw", RunningAuthority.Telco, name);

        ProblemAssert.Breaks(await _desk.RenewAsync(id), HttpStatusCode.UnprocessableEntity, "name-not-registered");
        Assert.Empty(LineageDesk.Followers(await _desk.ShowAsync(id), "renewedBy"));
        Assert.True(File.Exists(made.KeyFile));
    }

    private static JsonElement Entry(JsonElement shown) => shown.TryGetProperty("entry", out var entry) ? entry : shown;

    private static string[] Devices(JsonElement request) =>
        [.. request.GetProperty("devices").EnumerateArray().Select(device => device.GetString()!)];

    private static string Serial(JsonElement request) => request.GetProperty("certificates")[0].GetProperty("serialNumber").GetString()!;
}
