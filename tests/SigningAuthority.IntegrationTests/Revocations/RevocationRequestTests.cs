using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Lineage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Revocations;

[Collection(ProviderFlows.Name)]
public sealed class RevocationRequestTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Path = "api/v1/provider/revocations";

    private readonly LineageDesk _desk = new(authority.Client(authority.TelcoToken), authority.Scratch);
    private readonly LineageDesk _other = new(authority.Client(authority.OtherTelcoToken), authority.Scratch);

    [Fact]
    public async Task A_request_is_recorded_marked_logged_and_shown_to_the_operator()
    {
        var (id, _) = await _desk.IssueAsync("stop.telco.net", "SPA962", "SPA504G");

        var answer = await _desk.RevokeAsync(
            id,
            new
            {
                reason = "cessationOfOperation",
                generations = (string[])["sipura"],
                note = "the server is gone",
            }
        );

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(
            "sipura",
            Assert.Single(answer.Json.GetProperty("certificates").EnumerateArray()).GetProperty("generation").GetString()
        );
        Assert.Equal("effective", answer.Member("status"));
        var revocation = answer.Json.GetProperty("certificates")[0].GetProperty("revocationRequested");
        Assert.True(revocation.TryGetProperty("effectiveAt", out _), answer.ToString());
        Assert.Equal(["sipura cessationOfOperation"], LineageDesk.Revocations(await _desk.ShowAsync(id)));
        Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=certificate.revoked&requestId={id}", 1));
        var entry = Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=revocation.requested&requestId={id}", 1));
        Assert.Contains("cessationOfOperation", entry.GetRawText());
        Assert.Contains("the server is gone", entry.GetRawText());
        var serial = answer.Json.GetProperty("certificates")[0].GetProperty("serialNumber").GetString()!;
        var line = Assert.Single((await authority.OperatorAsync("revocation", "list")).Split('\n'), text => text.Contains(id));
        Assert.Contains(serial, line);
        Assert.Contains("cessationOfOperation", line);
        Assert.Contains("Effective", line);
    }

    [Fact]
    public async Task One_certificate_is_revoked_by_its_issuer_and_serial_number_by_its_owner_alone()
    {
        var (id, _) = await _desk.IssueAsync("one.telco.net", "SPA962", "SPA504G");
        var issued = (await _desk.ShowAsync(id)).GetProperty("certificates")[0];
        var (generation, serial) = (issued.GetProperty("generation").GetString()!, issued.GetProperty("serialNumber").GetString()!);
        var body = new
        {
            authority = generation,
            serialNumber = serial,
            reason = "superseded",
        };

        var theirs = await RevocationDesk.PostAsync(authority.Client(authority.OtherTelcoToken), Path, body);
        var nobodys = await RevocationDesk.PostAsync(
            authority.Client(authority.OtherTelcoToken),
            Path,
            body with
            {
                serialNumber = "4C01",
            }
        );
        // A serial number alone is no name: it is another authority's for all that is known.
        var otherIssuer = await RevocationDesk.PostAsync(authority.Client(authority.TelcoToken), Path, body with { authority = "linksys" });
        Assert.All([theirs, nobodys, otherIssuer], answer => ProblemAssert.Is(answer, HttpStatusCode.NotFound, "not-found"));
        Assert.Equal(nobodys.Text, theirs.Text);
        Assert.Empty(LineageDesk.Revocations(await _desk.ShowAsync(id)));

        var ours = await RevocationDesk.PostAsync(authority.Client(authority.TelcoToken), Path, body);
        Assert.True(ours.Status == HttpStatusCode.Created, ours.ToString());
        Assert.Equal("effective", ours.Member("status"));
        Assert.Equal([$"{generation} superseded"], LineageDesk.Revocations(await _desk.ShowAsync(id)));
        ProblemAssert.Breaks(
            await RevocationDesk.PostAsync(
                authority.Client(authority.TelcoToken),
                Path,
                new
                {
                    authority = generation,
                    serialNumber = "4C01 or so",
                    reason = "certificateHold",
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "revocation-certificate",
            "revocation-reason"
        );
    }

    /// <summary>What another CA shipped: a certificate that is uploaded again by somebody else revokes its owner's.</summary>
    [Fact]
    public async Task The_same_request_uploaded_by_another_tenant_revokes_nothing()
    {
        var (id, made) = await _desk.IssueAsync("copied.telco.net");

        var copied = await _other.Requests.UploadAsync(made.Pem);
        var replaced = await _other.FollowAsync("replaces", id, made);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, copied.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, replaced.Status);
        Assert.Empty(LineageDesk.Revocations(await _desk.ShowAsync(id)));
    }

    [Fact]
    public async Task A_mistyped_member_revokes_nothing()
    {
        var (id, _) = await _desk.IssueAsync("typo.telco.net", "SPA962", "SPA504G");

        ProblemAssert.Breaks(
            await _desk.RevokeAsync(id, new { reason = "superseded", generation = "sipura" }),
            HttpStatusCode.UnprocessableEntity,
            "json-unknown-member"
        );

        Assert.Empty(LineageDesk.Revocations(await _desk.ShowAsync(id)));
    }

    [Fact]
    public async Task The_same_again_32_times_at_once_is_one_request()
    {
        var (id, _) = await _desk.IssueAsync("twice.telco.net");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _desk.RevokeAsync(id, new { reason = "superseded" })));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(31, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=revocation.requested&requestId={id}", 1));
    }

    [Fact]
    public async Task A_compromised_key_outweighs_an_earlier_reason_and_no_other_reason_does()
    {
        var (id, _) = await _desk.IssueAsync("later.telco.net");
        await _desk.RevokeAsync(id, new { reason = "affiliationChanged" });

        ProblemAssert.Breaks(
            await _desk.RevokeAsync(id, new { reason = "superseded" }),
            HttpStatusCode.UnprocessableEntity,
            "revocation-reason-differs"
        );
        Assert.Equal(HttpStatusCode.Created, (await _desk.RevokeAsync(id, new { reason = "keyCompromise" })).Status);

        Assert.Equal(["sipura keyCompromise"], LineageDesk.Revocations(await _desk.ShowAsync(id)));
    }

    [Fact]
    public async Task A_key_that_was_reported_compromised_is_certified_for_nobody_again()
    {
        var (id, made) = await _desk.IssueAsync("stolen.telco.net");
        await _desk.RevokeAsync(id, new { reason = "keyCompromise" });

        ProblemAssert.Breaks(await _desk.RenewAsync(id), HttpStatusCode.UnprocessableEntity, "key-compromised");
        ProblemAssert.Breaks(await _desk.Requests.UploadAsync(made.Pem), HttpStatusCode.UnprocessableEntity, "key-compromised");
        // With another key the name goes on.
        await _desk.FollowWithNewKeyAsync("renews", id, "stolen.telco.net");
    }

    [Theory]
    [InlineData("cACompromise")]
    [InlineData("certificateHold")]
    [InlineData("privilegeWithdrawn")]
    [InlineData("removeFromCRL")]
    [InlineData("KEYCOMPROMISE")]
    [InlineData("")]
    public async Task Reasons_that_a_holder_may_not_give_are_refused(string reason)
    {
        var (id, _) = await _desk.IssueAsync("reasons.telco.net");

        ProblemAssert.Breaks(await _desk.RevokeAsync(id, new { reason }), HttpStatusCode.UnprocessableEntity, "revocation-reason");

        Assert.Empty(LineageDesk.Revocations(await _desk.ShowAsync(id)));
    }

    [Fact]
    public async Task Everything_wrong_with_a_request_is_said_at_once_and_the_refusal_is_in_the_log()
    {
        var (id, _) = await _desk.IssueAsync("wrong.telco.net");
        var from = IssuanceLogReader.FromNow();

        var answer = await _desk.RevokeAsync(
            id,
            new
            {
                reason = "no",
                generations = (string[])["linksys"],
                note = "\u0007",
            }
        );

        ProblemAssert.Breaks(
            answer,
            HttpStatusCode.UnprocessableEntity,
            "revocation-reason",
            "revocation-generation-unknown",
            "note-not-printable"
        );
        Assert.Contains(
            await new IssuanceLogReader(authority).AwaitAsync($"type=request.refused&actor=provider%2Ftelco&{from}", 1),
            entry => entry.GetRawText().Contains("revocation-generation-unknown")
        );
        ProblemAssert.Is(
            await authority
                .Client(authority.TelcoToken)
                .AskAsync(HttpMethod.Post, $"{Providers.ProviderDesk.Path}/{id}/revocation", new StringContent("{")),
            HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task Anothers_certificates_are_not_there()
    {
        var (id, _) = await _desk.IssueAsync("ours.telco.net");

        var theirs = await _other.RevokeAsync(id, new { reason = "keyCompromise" });

        ProblemAssert.Is(theirs, HttpStatusCode.NotFound, "not-found");
        Assert.Equal(theirs.Text, (await _other.RevokeAsync(Guid.NewGuid().ToString(), new { reason = "keyCompromise" })).Text);
        Assert.Empty(LineageDesk.Revocations(await _desk.ShowAsync(id)));
    }
}
