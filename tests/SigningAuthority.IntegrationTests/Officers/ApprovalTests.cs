using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.IntegrationTests.Officers;

/// <summary>From a provider's upload through officers' decisions to the certificate.</summary>
[Collection(ProviderFlows.Name)]
public sealed class ApprovalTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    [Fact]
    public async Task A_request_that_needs_nobody_is_issued_at_once()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.Automatic);
        var id = await tenant.SubmitAsync();
        Assert.Equal("Issued", (await tenant.Desk.WaitAsync(id)).Member("status"));
        Assert.False((await tenant.ShowAsync(id)).Json.TryGetProperty("approvalsNeeded", out _));
    }

    [Fact]
    public async Task One_officers_approval_issues_a_request_that_needs_one()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var id = await tenant.SubmitAsync();
        var waiting = await tenant.ShowAsync(id);
        Assert.Equal(
            ("AwaitingApproval", "1", "0"),
            (waiting.Member("status"), waiting.Member("approvalsNeeded"), waiting.Member("approvalsGiven"))
        );
        Assert.True(waiting.Json.GetProperty("approvalExpiresAt").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddDays(13));

        var decided = await alice.ApproveAsync(id);

        Assert.Equal(HttpStatusCode.OK, decided.Status);
        Assert.Contains(decided.Member("status"), (string[])["Queued", "Signing", "Issued"]);
        Assert.Equal("Issued", (await tenant.Desk.WaitAsync(id)).Member("status"));
        var entry = Assert.Single(await tenant.EntriesAsync(id), entry => entry.Type == RequestApproved.TypeName).Entry;
        Assert.Equal(
            ("officer/" + alice.Name, 1, 1, "checked with the customer"),
            (
                entry.GetProperty("actor").GetString(),
                entry.GetProperty("given").GetInt32(),
                entry.GetProperty("needed").GetInt32(),
                entry.GetProperty("reason").GetString()
            )
        );
        Assert.Equal(64, entry.GetProperty("policyHash").GetString()!.Length);
    }

    [Fact]
    public async Task Two_officers_must_be_two_and_the_provider_is_never_told_who_they_are()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.TwoOfficers);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var bob = await Officer.RegisterAsync(authority, "bob");
        var id = await tenant.SubmitAsync();

        var first = await alice.ApproveAsync(id);
        Assert.Equal(("AwaitingApproval", "1"), (first.Member("status"), first.Member("approvalsGiven")));
        var waiting = await tenant.ShowAsync(id);
        Assert.Equal("1", waiting.Member("approvalsGiven"));
        Assert.DoesNotContain(alice.Name, waiting.Text);
        ProblemAssert.Is(await alice.ApproveAsync(id), HttpStatusCode.Conflict, "decided-by-you");

        Assert.Equal(HttpStatusCode.OK, (await bob.ApproveAsync(id)).Status);

        var issued = await tenant.Desk.WaitAsync(id);
        Assert.Equal("Issued", issued.Member("status"));
        Assert.DoesNotContain(bob.Name, issued.Text);
        ProblemAssert.Is(
            await bob.PostAsync(
                id,
                new
                {
                    decision = "approve",
                    reason = "again",
                    at = "2026-11-20T12:00:00Z",
                    signature = "MAEA",
                }
            ),
            HttpStatusCode.Conflict,
            "already-decided"
        );
    }

    [Fact]
    public async Task Of_the_generations_of_a_request_the_strictest_counts()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        await tenant.SetAsync(ApprovalMode.TwoOfficers, "cisco-2k");
        Assert.Equal("1", (await tenant.ShowAsync(await tenant.SubmitAsync())).Member("approvalsNeeded"));
        Assert.Equal("2", (await tenant.ShowAsync(await tenant.SubmitAsync("SPA962", "SPA504G@7.5.6"))).Member("approvalsNeeded"));
        Assert.Equal("Issued", (await tenant.Desk.WaitAsync(await tenant.SubmitAsync("PAP2"))).Member("status"));
    }

    [Fact]
    public async Task The_first_refusal_settles_a_request_and_its_provider_reads_the_reason()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.TwoOfficers);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var bob = await Officer.RegisterAsync(authority, "bob");
        var id = await tenant.SubmitAsync();
        await alice.ApproveAsync(id);
        var waiting = tenant.Desk.WaitAsync(id);

        var refused = await bob.RefuseAsync(id, "the customer has moved to another name");

        Assert.Equal("Refused", refused.Member("status"));
        var seen = await waiting;
        Assert.Equal("Refused", seen.Member("status"));
        var violation = Assert.Single(seen.Violations);
        Assert.Equal(
            ("refused-by-officer", "the customer has moved to another name"),
            (violation.GetProperty("code").GetString(), violation.GetProperty("message").GetString())
        );
        Assert.DoesNotContain(bob.Name, seen.Text);
        ProblemAssert.Is(
            await (await Officer.RegisterAsync(authority)).PostAsync(
                id,
                new
                {
                    decision = "approve",
                    reason = "after all",
                    at = "2026-11-20T12:00:00Z",
                    signature = "MAEA",
                }
            ),
            HttpStatusCode.Conflict,
            "already-decided"
        );
        Assert.Equal(0, await Everything.ScalarAsync<long>($"select count(*) from sa.intent where request_id = '{id}'"));
        var entry = Assert.Single(await tenant.EntriesAsync(id), entry => entry.Type == RequestRefused.TypeName).Entry;
        Assert.Equal(("officer", "officer/" + bob.Name), (entry.GetProperty("where").GetString(), entry.GetProperty("actor").GetString()));
    }

    [Fact]
    public async Task Nobody_decides_on_a_request_that_they_submitted()
    {
        var alice = await Officer.RegisterAsync(authority, "alice");
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer, holder: alice.Name);
        var id = await tenant.SubmitAsync();
        Assert.Contains("approval-own-request", (await alice.ShowAsync(id)).Member("obstacles"));

        ProblemAssert.Breaks(await alice.ApproveAsync(id), HttpStatusCode.UnprocessableEntity, "approval-own-request");
        ProblemAssert.Breaks(await alice.RefuseAsync(id), HttpStatusCode.UnprocessableEntity, "approval-own-request");

        Assert.Equal(2, (await tenant.EntriesAsync(id)).Count(entry => entry.Type == DecisionRefused.TypeName));
        Assert.Equal(HttpStatusCode.OK, (await (await Officer.RegisterAsync(authority)).ApproveAsync(id)).Status);
        Assert.Equal("Issued", (await tenant.Desk.WaitAsync(id)).Member("status"));
    }

    [Fact]
    public async Task A_decision_that_is_not_signed_for_this_request_is_refused_and_the_refusal_says_which_line()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var mallory = await Officer.RegisterAsync(authority, "mallory");
        var (id, other) = (await tenant.SubmitAsync(), await tenant.SubmitAsync());
        var template = (await alice.ShowAsync(id)).Json.GetProperty("statement").GetProperty("approve").GetString()!;
        var statement = Officer.Fill(template, "checked with the customer");

        ProblemAssert.Breaks(
            await alice.SendAsync(id, statement, mallory.Sign(statement)),
            HttpStatusCode.UnprocessableEntity,
            "approval-signature"
        );
        ProblemAssert.Breaks(await alice.SendAsync(other, statement), HttpStatusCode.UnprocessableEntity, "approval-statement");
        var altered = statement.Replace("device: SPA962", "device: SPA504G");
        var answer = await alice.SendAsync(id, altered);
        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "approval-statement");
        var violation = answer.Violations.Single(v => v.GetProperty("code").GetString() == "approval-statement");
        Assert.Equal(
            ("device: SPA962", "device: SPA504G"),
            (violation.GetProperty("expected").GetString(), violation.GetProperty("actual").GetString())
        );
        ProblemAssert.Breaks(await alice.DecideAsync(id, "approve", "ok"), HttpStatusCode.UnprocessableEntity, "approval-reason");
        var early = Officer.Fill(template, "checked", DateTimeOffset.UtcNow.AddHours(-2));
        ProblemAssert.Breaks(await alice.SendAsync(id, early), HttpStatusCode.UnprocessableEntity, "approval-time");

        Assert.Equal("AwaitingApproval", (await tenant.ShowAsync(id)).Member("status"));
        // The variable parts alone say the same as the whole text.
        var at = DateTimeOffset.UtcNow;
        var signed = alice.Sign(Officer.Fill(template, "checked by telephone", at));
        var parts = new
        {
            decision = "approve",
            reason = "checked by telephone",
            at = SigningAuthority.Issuance.Approvals.ApprovalStatement.WriteTime(at),
            signature = Convert.ToBase64String(signed),
        };
        Assert.Equal(HttpStatusCode.OK, (await alice.PostAsync(id, parts)).Status);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"decision":"approve","reason":"because","at":"2026-11-20T12:00:00Z"}""")]
    [InlineData("""{"decision":"perhaps","reason":"because","at":"2026-11-20T12:00:00Z","signature":"MAEA"}""")]
    [InlineData("""{"decision":"approve","reason":"because","at":"now","signature":"MAEA"}""")]
    [InlineData("""{"statement":"signing-authority","signature":"MAEA"}""")]
    [InlineData("""{"decision":"approve","reason":"because","at":"2026-11-20T12:00:00Z","signature":"???"}""")]
    public async Task What_is_no_decision_is_refused_with_what_is_missing(string json)
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var id = await tenant.SubmitAsync();

        var answer = await alice.PostTextAsync(id, json);

        Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, answer.ToString());
        ProblemAssert.Breaks(answer, answer.Status);
        Assert.NotEmpty(answer.ViolationCodes);
        Assert.Equal("AwaitingApproval", (await tenant.ShowAsync(id)).Member("status"));
    }

    [Fact]
    public async Task A_request_that_nobody_decides_on_in_time_is_refused_by_the_clock()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var id = await tenant.SubmitAsync();
        var template = (await alice.ShowAsync(id)).Json.GetProperty("statement").GetProperty("approve").GetString()!;
        var waiting = tenant.Desk.WaitAsync(id);

        // The clock can't be turned on, so the end is moved to where it already was.
        await Everything.ExecuteAsync($"update sa.signing_request set approval_expires_at = now() - interval '1 second' where id = '{id}'");

        var late = await alice.SendAsync(id, Officer.Fill(template, "too late, perhaps"));
        Assert.True(late.Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict, late.ToString());
        if (late.Status == HttpStatusCode.UnprocessableEntity)
            ProblemAssert.Breaks(late, late.Status, "approval-expired");
        var refused = await waiting;
        Assert.Equal(("Refused", "approval-expired"), (refused.Member("status"), Assert.Single(refused.ViolationCodes)));
        var entry = Assert.Single(await tenant.EntriesAsync(id), entry => entry.Type == RequestRefused.TypeName).Entry;
        Assert.Equal("time", entry.GetProperty("where").GetString());
        ProblemAssert.Is(await alice.SendAsync(id, Officer.Fill(template, "too late")), HttpStatusCode.Conflict, "already-decided");
    }

    [Fact]
    public async Task An_officer_sees_the_requests_facts_its_history_and_names_that_look_alike()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var earlier = await tenant.SubmitAsync();
        await alice.ApproveAsync(earlier);
        await tenant.Desk.WaitAsync(earlier);
        var twin = await LookAlikeAsync(tenant);
        var id = await tenant.SubmitAsync();

        var page = await alice.ShowAsync(id);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var csr = Convert.FromBase64String(page.Member("csr"));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(csr)), page.Member("csrSha256"));
        var facts = page.Json.GetProperty("facts");
        Assert.Equal(
            ("CN=" + tenant.Name, 2048, "010001", "SHA-256 with RSA"),
            (
                facts.GetProperty("subject").GetString(),
                facts.GetProperty("keyBits").GetInt32(),
                facts.GetProperty("exponent").GetString(),
                facts.GetProperty("signatureAlgorithm").GetString()
            )
        );
        Assert.Equal(tenant.Name, page.Json.GetProperty("coveredBy").GetProperty("suffix").GetString());
        Assert.Equal(1, page.Json.GetProperty("history").GetProperty("requests").GetProperty("Issued").GetInt64());
        Assert.Equal(earlier, page.Json.GetProperty("certificates")[0].GetProperty("requestId").GetString());
        var near = Assert.Single(
            page.Json.GetProperty("nearDuplicates").EnumerateArray(),
            n => n.GetProperty("name").GetString() == twin.Name
        );
        Assert.Equal(twin.Provider, near.GetProperty("providers")[0].GetString());
        Assert.Contains(id, (await alice.ListAsync()).Text);
        Assert.DoesNotContain(earlier, (await alice.ListAsync()).Text);
        Assert.Contains(earlier, (await alice.ListAsync("?state=Issued")).Text);
        ProblemAssert.Breaks(await alice.ListAsync("?stat=Issued"), HttpStatusCode.BadRequest, "query-value");
        ProblemAssert.Is(await alice.ShowAsync(Guid.NewGuid().ToString()), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var alice = await Officer.RegisterAsync(authority, "alice");
        HashSet<string> expected = [await tenant.SubmitAsync(), await tenant.SubmitAsync(), await tenant.SubmitAsync()];

        var seen = new List<string>();
        for (string? query = "?limit=2"; query is not null; )
        {
            var page = await alice.ListAsync(query);
            seen.AddRange(page.Json.GetProperty("requests").EnumerateArray().Select(request => request.GetProperty("id").GetString()!));
            query = page.Json.TryGetProperty("next", out var next) ? next.GetString()![next.GetString()!.IndexOf('?')..] : null;
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Subset(seen.ToHashSet(), expected);
    }

    [Fact]
    public async Task A_revoked_officers_token_opens_nothing_and_the_approval_counts_no_more()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.TwoOfficers);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var bob = await Officer.RegisterAsync(authority, "bob");
        var carol = await Officer.RegisterAsync(authority, "carol");
        var id = await tenant.SubmitAsync();
        await alice.ApproveAsync(id);

        await authority.OperatorAsync("officer", "revoke", alice.Name);

        ProblemAssert.Is(await alice.ListAsync(), HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal("0", (await tenant.ShowAsync(id)).Member("approvalsGiven"));
        Assert.Equal("AwaitingApproval", (await bob.ApproveAsync(id)).Member("status"));
        await carol.ApproveAsync(id);
        Assert.Equal("Issued", (await tenant.Desk.WaitAsync(id)).Member("status"));
    }

    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    // The other tenant's name with its last letter before ".test" changed.
    private async Task<(string Provider, string Name)> LookAlikeAsync(ApprovedTenant tenant)
    {
        var stem = tenant.Name[..^".test".Length];
        var name = stem[..^1] + (stem[^1] == 'a' ? 'b' : 'a') + ".test";
        var providers = new SigningAuthority.Storage.Access.Providers(authority.Postgres.Connect("sa_operator", authority.Database));
        var provider = await providers.AddAsync("twin-" + Guid.NewGuid().ToString("N")[..10], "operator/test");
        await providers.AddNameAsync(provider, SigningAuthority.Issuance.Requests.Fqdn.Parse(name), false, "operator/test");
        return (provider.Name, name);
    }
}
