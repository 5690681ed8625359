using System.Net;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>Providers prove names by themselves, against a real name server and a real web server.</summary>
[Collection(NameFlows.Name)]
public sealed class NameProofTests(ProvingGround ground)
{
    private readonly HttpClient _telco = ground.Authority.Client(ground.Authority.TelcoToken);
    private readonly HttpClient _other = ground.Authority.Client(ground.Authority.OtherTelcoToken);

    [Fact]
    public async Task A_name_is_proven_by_a_TXT_record_and_certified_with_the_names_below_it()
    {
        var desk = new ProviderDesk(_telco);
        var csr = CertificationRequestBytes.Make("CN=prov.by-dns.info");
        ProblemAssert.Breaks(await desk.UploadAsync(csr.Der), HttpStatusCode.UnprocessableEntity, "name-not-registered");

        var challenge = await _telco.ChallengeAsync("by-dns.info", "dns", subdomains: true);
        Assert.Equal(HttpStatusCode.Created, challenge.Status);
        Assert.Equal(challenge.Member("href"), challenge.Location);
        Assert.Equal("_signing-authority-challenge.by-dns.info", challenge.Member("record"));
        Assert.Equal("pending", challenge.Member("status"));
        Assert.Contains($"{challenge.Member("record")}. 300 IN TXT \"{challenge.Member("value")}\"", challenge.Member("how"));
        await ground.Zone.AddTextAsync(challenge.Member("record"), "v=spf1 -all");
        await ground.Zone.AddTextAsync(challenge.Member("record"), challenge.Member("value"));

        Assert.Equal("proven", (await _telco.CheckAsync(challenge)).Member("status"));
        var name = (await _telco.NameAsync("by-dns.info"))!.Value;
        Assert.Equal(
            ("proven", "valid", true),
            (Text(name, "source"), Text(name, "status"), name.GetProperty("includeSubdomains").GetBoolean())
        );
        Assert.True(name.GetProperty("reproveFrom").GetDateTimeOffset() < name.GetProperty("validUntil").GetDateTimeOffset());
        var accepted = await desk.UploadAsync(csr.Der);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal("Issued", (await desk.WaitAsync(accepted.Member("id"))).Member("status"));

        var entries = await new IssuanceLogReader(ground.Authority).AwaitAsync("subject=by-dns.info", 2);
        Assert.Equal([NameChallenged.TypeName, NameProven.TypeName], entries.Select(entry => Text(entry.GetProperty("entry"), "type")));
        Assert.DoesNotContain(entries, entry => entry.ToString().Contains(challenge.Member("value")));
    }

    [Fact]
    public async Task A_name_is_proven_by_a_file_and_then_covers_itself_alone()
    {
        await ground.Zone.SetAddressAsync("by-file.info", "127.0.0.1");
        var challenge = await _telco.ChallengeAsync("by-file.info", "http");
        var url = new Uri(challenge.Member("url"));
        Assert.StartsWith("http://by-file.info/.well-known/signing-authority/", url.AbsoluteUri);
        await ground.Web.ServeAsync("by-file.info", url.AbsolutePath, challenge.Member("value") + "\n");

        Assert.Equal("proven", (await _telco.CheckAsync(challenge)).Member("status"));
        var desk = new ProviderDesk(_telco);
        Assert.Equal(HttpStatusCode.Accepted, (await desk.UploadAsync(CertificationRequestBytes.Make("CN=by-file.info").Der)).Status);
        ProblemAssert.Breaks(
            await desk.UploadAsync(CertificationRequestBytes.Make("CN=www.by-file.info").Der),
            HttpStatusCode.UnprocessableEntity,
            "name-not-registered"
        );
    }

    [Fact]
    public async Task A_file_can_not_prove_the_names_below() =>
        ProblemAssert.Breaks(
            await _telco.ChallengeAsync("by-file-below.info", "http", subdomains: true),
            HttpStatusCode.UnprocessableEntity,
            "http-proof-covers-one-name"
        );

    [Fact]
    public async Task What_fails_says_what_was_seen_and_may_be_mended()
    {
        var challenge = await _telco.ChallengeAsync("mended.info");
        Assert.Equal("record-not-found", (await _telco.CheckAsync(challenge)).Code());
        await ground.Zone.AddTextAsync(challenge.Member("record"), challenge.Member("value")[..^1] + "!");
        var wrong = await _telco.CheckAsync(challenge);
        Assert.Equal(("failed", "value-not-found"), (wrong.Member("status"), wrong.Code()));
        Assert.Contains(challenge.Member("value")[..^1] + "!", wrong.Text);
        Assert.Equal(8, wrong.Json.GetProperty("checksLeft").GetInt32());
        Assert.Null(await _telco.NameAsync("mended.info"));

        await ground.Zone.AddTextAsync(challenge.Member("record"), challenge.Member("value"));
        Assert.Equal("proven", (await _telco.CheckAsync(challenge)).Member("status"));
        var entries = await new IssuanceLogReader(ground.Authority).AwaitAsync("subject=mended.info", 4);
        Assert.Equal(2, entries.Count(entry => Text(entry.GetProperty("entry"), "type") == NameProofFailed.TypeName));
    }

    [Fact]
    public async Task A_challenge_that_failed_ten_times_is_over()
    {
        var challenge = await _telco.ChallengeAsync("never.info");
        for (var look = 1; look <= 10; look++)
            Assert.Equal("record-not-found", (await _telco.CheckAsync(challenge)).Code());
        await ground.Zone.AddTextAsync(challenge.Member("record"), challenge.Member("value"));
        ProblemAssert.Breaks(await _telco.CheckAsync(challenge), HttpStatusCode.UnprocessableEntity, "challenge-finished");
    }

    [Fact]
    public async Task A_redirect_is_not_followed_even_to_the_right_file()
    {
        foreach (var host in (string[])[ProvidersWebServer.Redirecting, ProvidersWebServer.Redirected])
            await ground.Zone.SetAddressAsync(host, "127.0.0.1");
        var challenge = await _telco.ChallengeAsync(ProvidersWebServer.Redirecting, "http");
        await ground.Web.ServeAsync(
            ProvidersWebServer.Redirected,
            new Uri(challenge.Member("url")).AbsolutePath,
            challenge.Member("value")
        );
        Assert.Equal("redirected", (await _telco.CheckAsync(challenge)).Code());
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_not_read_to_its_end()
    {
        await ground.Zone.SetAddressAsync("long.info", "127.0.0.1");
        var challenge = await _telco.ChallengeAsync("long.info", "http");
        var path = new Uri(challenge.Member("url")).AbsolutePath;
        await ground.Web.ServeAsync("long.info", path, challenge.Member("value") + new string('\n', 2_000_000));
        Assert.Equal("answer-too-large", (await _telco.CheckAsync(challenge)).Code());
    }

    [Fact]
    public async Task A_server_that_takes_its_time_is_not_waited_for()
    {
        await ground.Zone.SetAddressAsync(ProvidersWebServer.Slow, "127.0.0.1");
        var challenge = await _telco.ChallengeAsync(ProvidersWebServer.Slow, "http");
        await ground.Web.ServeAsync(ProvidersWebServer.Slow, new Uri(challenge.Member("url")).AbsolutePath, challenge.Member("value"));
        Assert.Equal("answer-too-slow", (await _telco.CheckAsync(challenge)).Code());
    }

    [Fact]
    public async Task A_name_in_our_own_network_is_not_called()
    {
        await ground.Zone.SetAddressAsync("inside.info", "10.1.2.3");
        var challenge = await _telco.ChallengeAsync("inside.info", "http");
        Assert.Equal("address-not-public", (await _telco.CheckAsync(challenge)).Code());
    }

    [Fact]
    public async Task The_record_of_one_tenant_proves_nothing_for_another()
    {
        var ours = await _telco.ChallengeAsync("copied.info");
        var theirs = await _other.ChallengeAsync("copied.info");
        Assert.NotEqual(ours.Member("value"), theirs.Member("value"));
        await ground.Zone.AddTextAsync(ours.Member("record"), ours.Member("value"));

        Assert.Equal("value-not-found", (await _other.CheckAsync(theirs)).Code());
        ProblemAssert.Is(
            await _other.AskAsync(HttpMethod.Post, ours.Member("href").TrimStart('/') + "/check"),
            HttpStatusCode.NotFound,
            "not-found"
        );
        ProblemAssert.Is(await _other.AskAsync(ours.Member("href").TrimStart('/')), HttpStatusCode.NotFound, "not-found");
        Assert.Equal("proven", (await _telco.CheckAsync(ours)).Member("status"));
    }

    [Fact]
    public async Task A_challenge_proves_once()
    {
        var challenge = await ground.ProveAsync(_telco, "once.info");
        ProblemAssert.Breaks(await _telco.CheckAsync(challenge), HttpStatusCode.UnprocessableEntity, "challenge-finished");

        // Its record still stands; taken back by the operator, the name does not return by the old challenge.
        await ground.Authority.OperatorAsync("name", "withdraw", RunningAuthority.Telco, "once.info");
        ProblemAssert.Breaks(await _telco.CheckAsync(challenge), HttpStatusCode.UnprocessableEntity, "challenge-finished");
        Assert.Null(await _telco.NameAsync("once.info"));
    }

    [Fact]
    public async Task A_challenge_expires()
    {
        var challenge = await _telco.ChallengeAsync("late.info");
        await ground.Zone.AddTextAsync(challenge.Member("record"), challenge.Member("value"));
        await ground.Everything.ExecuteAsync(
            $"update sa.name_challenge set expires_at = now() - interval '1 second' where id = '{challenge.Member("id")}'"
        );
        ProblemAssert.Breaks(await _telco.CheckAsync(challenge), HttpStatusCode.UnprocessableEntity, "challenge-expired");
        Assert.Equal("expired", (await _telco.AskAsync(challenge.Member("href").TrimStart('/'))).Member("status"));
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("prov.example.org")]
    [InlineData("org")]
    public async Task A_name_of_another_provider_is_refused_without_telling_whose_it_is(string name)
    {
        var refused = await _telco.ChallengeAsync(name, "dns", subdomains: true);
        ProblemAssert.Breaks(refused, HttpStatusCode.UnprocessableEntity, name == "org" ? "name-not-fqdn" : "name-not-available");
        Assert.DoesNotContain(RunningAuthority.OtherTelco, refused.Text);
    }

    [Fact]
    public async Task A_name_above_anothers_is_refused_too()
    {
        await ground.ProveAsync(_other, "deep.above.info");
        ProblemAssert.Breaks(
            await _telco.ChallengeAsync("above.info", "dns", subdomains: true),
            HttpStatusCode.UnprocessableEntity,
            "name-not-available"
        );
        // The very name alone is nobody's yet.
        Assert.Equal(HttpStatusCode.Created, (await _telco.ChallengeAsync("above.info")).Status);
    }

    [Theory]
    [InlineData("", "name-not-fqdn")]
    [InlineData("telco", "name-not-fqdn")]
    [InlineData("telco.info.", "name-not-fqdn")]
    [InlineData("*.telco.info", "name-not-fqdn")]
    [InlineData("192.0.2.7", "name-not-fqdn")]
    [InlineData("_dmarc.telco.info", "name-not-fqdn")]
    [InlineData("tеlco.info", "name-not-fqdn")] // the first e is Cyrillic
    [InlineData("xn--telco-o51d.info", "name-not-fqdn")]
    [InlineData("telco.info/../../etc", "name-not-fqdn")]
    [InlineData("telco.info\r\nHost: other.info", "name-not-fqdn")]
    [InlineData("user@telco.info", "name-not-fqdn")]
    [InlineData("telco.info:8080", "name-not-fqdn")]
    [InlineData("telco.info?x=.callme.com", "name-not-fqdn")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234.info", "name-not-fqdn")]
    [InlineData("a.b234567890.c234567890.d234567890.e234567890.f234567890.g234567890.info", "name-too-long")]
    public async Task What_is_no_name_is_refused_with_its_reason(string name, string code) =>
        ProblemAssert.Breaks(await _telco.ChallengeAsync(name), HttpStatusCode.UnprocessableEntity, code);

    [Fact]
    public async Task Upper_case_is_the_same_name() =>
        Assert.Equal("upper.info", (await _telco.ChallengeAsync("UPPER.Info")).Member("name"));

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "json-malformed")]
    [InlineData("[]", HttpStatusCode.BadRequest, "json-malformed")]
    [InlineData("""{"name":7,"method":"dns"}""", HttpStatusCode.UnprocessableEntity, "json-wrong-type")]
    [InlineData("""{"name":"telco.info","method":"email"}""", HttpStatusCode.UnprocessableEntity, "proof-method-unknown")]
    [InlineData("""{"method":"dns"}""", HttpStatusCode.UnprocessableEntity, "name-not-fqdn")]
    public async Task A_body_that_can_not_be_used_is_explained(string body, HttpStatusCode status, string code) =>
        ProblemAssert.Breaks(await _telco.AskAsync(HttpMethod.Post, Proving.Path, new StringContent(body)), status, code);

    [Fact]
    public async Task A_name_that_the_operator_registered_needs_no_proof() =>
        ProblemAssert.Breaks(
            await _telco.ChallengeAsync(RunningAuthority.TelcoNames[0]),
            HttpStatusCode.UnprocessableEntity,
            "name-registered-already"
        );

    [Fact]
    public async Task A_tenant_has_so_many_open_challenges_and_no_more()
    {
        var greedy = await ground.NewTenantAsync("greedy");
        var answers = await Task.WhenAll(Enumerable.Range(1, 30).Select(number => greedy.ChallengeAsync($"name-{number}.greedy.info")));
        Assert.Equal(20, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Created),
            answer => Assert.Equal(["too-many-open-challenges"], answer.ViolationCodes)
        );
        Assert.Equal(20, (await greedy.AskAsync(Proving.Path)).Json.GetProperty("challenges").GetArrayLength());
    }

    [Theory]
    [InlineData("race-same.info", false, "race-same.info", false)]
    [InlineData("race-below.info", true, "prov.race-below.info", false)]
    public async Task Of_two_tenants_that_race_for_a_name_one_wins(string first, bool firstBelow, string second, bool secondBelow)
    {
        await ground.Authority.StartOutreachAsync("racing-" + first, ground.OutreachEnvironment);
        var ours = await _telco.ChallengeAsync(first, "dns", firstBelow);
        var theirs = await _other.ChallengeAsync(second, "dns", secondBelow);
        foreach (var challenge in (Answer[])[ours, theirs])
            await ground.Zone.AddTextAsync(challenge.Member("record"), challenge.Member("value"));

        var outcomes = await Task.WhenAll(_telco.CheckAsync(ours), _other.CheckAsync(theirs));

        Assert.Equal(["name-held-by-another", "proven"], outcomes.Select(outcome => outcome.Code()).Order());
        Assert.Equal(["failed", "proven"], outcomes.Select(outcome => outcome.Member("status")).Order());
        Assert.Equal(
            1,
            await ground.Everything.ScalarAsync<long>(
                $"select count(*) from sa.provider_name where suffix in ('{first}', '{second}') and withdrawn_at is null"
            )
        );
    }

    private static string Text(System.Text.Json.JsonElement element, string member) => element.GetProperty(member).GetString()!;
}

/// <summary>Flows of names share one authority, name server and web server.</summary>
[CollectionDefinition(Name)]
public sealed class NameFlows : ICollectionFixture<ProvingGround>
{
    public const string Name = "name flows";
}
