using System.Net;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Lineage;

[Collection(ProviderFlows.Name)]
public sealed class ReplacementTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly LineageDesk _desk = new(authority.Client(authority.TelcoToken), authority.Scratch);
    private readonly LineageDesk _other = new(authority.Client(authority.OtherTelcoToken), authority.Scratch);

    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    [Fact]
    public async Task An_issued_replacement_marks_every_certificate_that_it_replaces_as_superseded()
    {
        var (id, _) = await _desk.IssueAsync("lost.telco.net", "SPA962", "SPA504G");

        var replacement = await _desk.FollowWithNewKeyAsync("replaces", id, "lost.telco.net");

        var replaced = await _desk.ShowAsync(id);
        Assert.Equal([replacement], LineageDesk.Followers(replaced, "replacedBy"));
        Assert.Equal(2, replaced.GetProperty("certificates").GetArrayLength());
        Assert.Equal(2, LineageDesk.Revocations(replaced).Count);
        Assert.All(LineageDesk.Revocations(replaced), mark => Assert.EndsWith(" superseded", mark));
        var current = await _desk.ShowAsync(replacement);
        Assert.Equal(id, current.GetProperty("replaces").GetString());
        Assert.Empty(LineageDesk.Revocations(current));
        Assert.Contains($"{id} sipura", await authority.OperatorAsync("revocation", "list"));
        await Eventually.TrueAsync(
            async () =>
                await Everything.ScalarAsync<long>($"select count(*) from sa.revoked where request_id = '{id}' and reason = 4") == 2,
            "what was replaced is revoked"
        );
    }

    [Fact]
    public async Task A_replacement_with_the_same_key_is_refused_and_changes_nothing()
    {
        var (id, made) = await _desk.IssueAsync("kept.telco.net");

        ProblemAssert.Breaks(await _desk.FollowAsync("replaces", id, made), HttpStatusCode.UnprocessableEntity, "replacement-same-key");

        await RequireUntouchedAsync(_desk, id);
    }

    [Fact]
    public async Task A_replacement_that_leaves_a_generation_without_a_certificate_is_refused()
    {
        var (id, _) = await _desk.IssueAsync("both.telco.net", "SPA962", "SPA504G");
        var made = await MadeRequest.MakeAsync(authority.Scratch, "both.telco.net");

        ProblemAssert.Breaks(
            await _desk.FollowAsync("replaces", id, made, "SPA962"),
            HttpStatusCode.UnprocessableEntity,
            "replacement-drops-generation"
        );
    }

    [Theory]
    [InlineData("AwaitingApproval")]
    [InlineData("Withdrawn")]
    [InlineData("Refused")]
    [InlineData("Failed")]
    public async Task A_replacement_that_is_not_issued_changes_nothing(string state)
    {
        var (id, _) = await _desk.IssueAsync("pending.telco.net");
        // Put there with that state, because whether a Signer takes it first is nobody's to say.
        var finished = state == "AwaitingApproval" ? "null" : "now()";
        await Everything.ExecuteAsync(
            $"""
            insert into sa.signing_request (id, kind, lane, state, provider_id, csr, csr_sha256, spki_sha256, fqdn, devices, authorities, submitted_by,
                succeeds, succession, approvals_needed, approval_expires_at, finished_at)
            select gen_random_uuid(), kind, lane, '{state}', provider_id, csr, csr_sha256, spki_sha256, fqdn, devices, authorities, submitted_by,
                id, 'Replacement', 1, now() + interval '1 day', {finished}
            from sa.signing_request where id = '{id}'
            """
        );

        await RequireUntouchedAsync(_desk, id);
        var shown = LineageDesk.Followers(await _desk.ShowAsync(id), "replacedBy");
        Assert.Equal(state is "Refused" or "Withdrawn" ? 0 : 1, shown.Count);
    }

    [Fact]
    public async Task A_front_door_that_lies_attaches_nobody_elses_certificate()
    {
        var (theirs, _) = await _other.IssueAsync("victim.example.org");
        var csr = CertificationRequestBytes.Make("CN=victim.telco.net");
        var telco = await Everything.ScalarAsync<Guid>($"select id from sa.provider where name = '{RunningAuthority.Telco}'");
        var lie = new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.ProvisioningServer,
            Lane.Provider,
            telco,
            null,
            csr.Der,
            csr.Sha256,
            csr.PublicKeySha256,
            "victim.telco.net",
            null,
            null,
            null,
            ["SPA962"],
            ["sipura"],
            null,
            null,
            null,
            "provider/" + RunningAuthority.Telco
        )
        {
            Succession = new Succession(new SigningRequestId(Guid.Parse(theirs)), SuccessionKind.Replacement),
        };
        await new SubmitSigningRequests(authority.Postgres.Connect("sa_api", authority.Database)).SubmitAsync([
            (lie, StorageScenario.Submitted(lie)),
        ]);

        var answer = await _desk.Requests.WaitAsync(lie.Id.ToString());
        Assert.Equal("Refused", answer.Member("status"));
        Assert.Equal(["predecessor-unknown"], answer.ViolationCodes);
        await RequireUntouchedAsync(_other, theirs);
        Assert.Empty(LineageDesk.Followers(await _other.ShowAsync(theirs), "replacedBy"));
    }

    /// <summary>What another CA shipped: an upload of a certificate's key or request by somebody else revoked it.</summary>
    [Fact]
    public async Task An_upload_by_another_tenant_marks_nothing()
    {
        var (id, made) = await _desk.IssueAsync("mine.telco.net");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _other.Requests.UploadAsync(made.Pem)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _other.FollowAsync("replaces", id, made)).Status);
        var sameKey = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N") + ".csr");
        await OpenSsl.RunAsync("req", "-new", "-key", made.KeyFile, "-sha256", "-subj", "/CN=x.example.org", "-out", sameKey);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await _other.FollowAsync("replaces", id, made with { CsrFile = sameKey }, "SPA962")).Status
        );

        await RequireUntouchedAsync(_desk, id);
    }

    private static async Task RequireUntouchedAsync(LineageDesk desk, string id)
    {
        var shown = await desk.ShowAsync(id);
        Assert.Equal("Issued", shown.GetProperty("status").GetString());
        Assert.Empty(LineageDesk.Revocations(shown));
    }
}
