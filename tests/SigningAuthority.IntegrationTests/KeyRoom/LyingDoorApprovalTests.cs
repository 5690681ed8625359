using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Officers;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.KeyRoom;

/// <summary>
/// A front door that was taken over says that officers have approved, with all the rights of its role. The key room counts for itself:
/// what no registered officer's own key signed is no approval.
/// </summary>
[Collection(ProviderFlows.Name)]
public sealed class LyingDoorApprovalTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    private Npgsql.NpgsqlDataSource Door => authority.Postgres.Connect("sa_api", authority.Database);

    [Fact]
    public async Task True_approvals_pass_the_key_whoever_carried_them_there()
    {
        var (tenant, alice, bob) = await PrepareAsync();
        var request = Request(tenant);
        await SubmitAsync(request, Signed(alice, request, tenant), Signed(bob, request, tenant));
        Assert.Equal("Issued", (await tenant.Desk.WaitAsync(request.Id.ToString())).Member("status"));
    }

    [Fact]
    public async Task A_request_that_the_door_queues_past_its_officers_is_refused_at_the_key()
    {
        var (tenant, _, _) = await PrepareAsync();
        await RequireRefusedAsync(tenant, Request(tenant) with { ApprovalsNeeded = 0 }, [], "approval-missing");
    }

    [Fact]
    public async Task A_waiting_request_that_the_door_turns_to_queued_is_refused_at_the_key()
    {
        var (tenant, alice, _) = await PrepareAsync();
        var id = await tenant.SubmitAsync();
        await alice.ApproveAsync(id);

        Assert.Equal(1, await Door.ExecuteAsync($"update sa.signing_request set state = 'Queued' where id = '{id}'"));

        await RequireRefusedAsync(tenant, id, "approval-missing");
    }

    [Fact]
    public async Task Approvals_that_the_door_makes_up_are_refused_at_the_key()
    {
        var (tenant, alice, bob) = await PrepareAsync();
        var request = Request(tenant);
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RequireRefusedAsync(
            tenant,
            request,
            [Signed(alice, request, tenant, key: made), Signed(bob, request, tenant, key: made)],
            "approval-missing,approval-signature"
        );
    }

    [Fact]
    public async Task An_approval_of_another_request_does_not_serve_a_second_time()
    {
        var (tenant, alice, bob) = await PrepareAsync();
        var (approved, other) = (Request(tenant), Request(tenant));
        await RequireRefusedAsync(
            tenant,
            other,
            [Signed(alice, other, tenant), Signed(bob, approved, tenant)],
            "approval-missing,approval-signature"
        );
    }

    [Fact]
    public async Task An_approval_says_nothing_of_other_devices_than_the_officer_saw()
    {
        var (tenant, alice, bob) = await PrepareAsync();
        var shown = Request(tenant);
        var stored = shown with { Devices = ["SPA942"] };
        await RequireRefusedAsync(
            tenant,
            stored,
            [Signed(alice, shown, tenant), Signed(bob, shown, tenant)],
            "approval-missing,approval-signature"
        );
    }

    [Fact]
    public async Task A_revoked_officers_approval_counts_no_more_at_the_key()
    {
        var (tenant, alice, bob) = await PrepareAsync();
        var request = Request(tenant);
        await authority.OperatorAsync("officer", "revoke", bob.Name);
        await RequireRefusedAsync(tenant, request, [Signed(alice, request, tenant), Signed(bob, request, tenant)], "approval-missing");
    }

    [Fact]
    public async Task The_submitters_own_approval_counts_for_nothing_at_the_key()
    {
        var alice = await Officer.RegisterAsync(authority, "alice");
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer, holder: alice.Name);
        var request = Request(tenant);
        await RequireRefusedAsync(tenant, request, [Signed(alice, request, tenant)], "approval-missing,approval-own-request");
    }

    [Fact]
    public async Task A_request_that_hides_who_submitted_it_is_refused_at_the_key()
    {
        var (tenant, alice, bob) = await PrepareAsync();
        var other = await ApprovedTenant.CreateAsync(authority, ApprovalMode.Automatic);
        foreach (var token in (Guid?[])[null, other.TokenId])
        {
            var request = Request(tenant) with { SubmittedToken = token };
            await RequireRefusedAsync(
                tenant,
                request,
                [Signed(alice, request, tenant), Signed(bob, request, tenant)],
                "approval-submitter-unknown"
            );
        }
    }

    [Fact]
    public async Task A_refusal_that_the_door_passes_over_stops_the_request_at_the_key()
    {
        var (tenant, alice, bob) = await PrepareAsync();
        var carol = await Officer.RegisterAsync(authority, "carol");
        var request = Request(tenant);
        await RequireRefusedAsync(
            tenant,
            request,
            [Signed(alice, request, tenant), Signed(bob, request, tenant), Signed(carol, request, tenant, OfficerVerdict.Refuse)],
            "refused-by-officer"
        );
    }

    [Fact]
    public async Task A_policy_that_became_stricter_meanwhile_counts_at_the_key()
    {
        var (tenant, alice, _) = await PrepareAsync();
        var request = Request(tenant) with { ApprovalsNeeded = 1 };
        await RequireRefusedAsync(tenant, request, [Signed(alice, request, tenant)], "approval-missing");
    }

    private async Task<(ApprovedTenant Tenant, Officer Alice, Officer Bob)> PrepareAsync() =>
        (
            await ApprovedTenant.CreateAsync(authority, ApprovalMode.TwoOfficers),
            await Officer.RegisterAsync(authority, "alice"),
            await Officer.RegisterAsync(authority, "bob")
        );

    /// <summary>As an honest door would have written it down.</summary>
    private static NewSigningRequest Request(ApprovedTenant tenant)
    {
        var csr = ReadCertificationRequest.Read(tenant.Csr()).Request!;
        return new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.ProvisioningServer,
            Lane.Provider,
            tenant.Provider.Id,
            null,
            csr.Der.ToArray(),
            csr.Sha256,
            csr.Key.Sha256,
            tenant.Name,
            null,
            null,
            null,
            ["SPA962"],
            ["sipura"],
            null,
            null,
            null,
            "provider/" + tenant.Provider.Name
        )
        {
            SubmittedToken = tenant.TokenId,
            ApprovalsNeeded = 2,
            ApprovalExpiresAt = DateTimeOffset.UtcNow.AddDays(14),
        };
    }

    private static (Officer Officer, ApprovalStatement Statement, byte[] Signature) Signed(
        Officer officer,
        NewSigningRequest request,
        ApprovedTenant tenant,
        OfficerVerdict verdict = OfficerVerdict.Approve,
        ECDsa? key = null
    )
    {
        var subject = new ApprovalSubject(
            request.Id,
            Convert.ToHexStringLower(request.CsrSha256),
            Fqdn.Parse(tenant.Name),
            request.Devices,
            request.Authorities,
            "provider/" + tenant.Provider.Name
        );
        var statement = new ApprovalStatement(
            subject,
            verdict,
            "as if by hand",
            OfficerName.Parse(officer.Name),
            officer.Id,
            DateTimeOffset.UtcNow
        );
        return (
            officer,
            statement,
            (key ?? officer.Key).SignData(statement.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );
    }

    /// <summary>The rows of a request and its decisions, written with the door's own rights; queued only when all are there.</summary>
    private async Task SubmitAsync(
        NewSigningRequest request,
        params IReadOnlyList<(Officer Officer, ApprovalStatement Statement, byte[] Signature)> decisions
    )
    {
        await new SubmitSigningRequests(Door).SubmitAsync([(request, StorageScenario.Submitted(request))]);
        foreach (var (officer, statement, signature) in decisions)
        {
            await using var insert = Door.CreateCommand(
                "insert into sa.approval (request_id, officer_id, decision, reason, decided_at, signature) values ($1, $2, $3, $4, $5, $6)"
            );
            insert.Parameters.AddWithValue(request.Id.Value);
            insert.Parameters.AddWithValue(officer.Id);
            insert.Parameters.AddWithValue(statement.Verdict.ToString());
            insert.Parameters.AddWithValue(statement.Reason);
            insert.Parameters.AddWithValue(statement.At.UtcDateTime);
            insert.Parameters.AddWithValue(signature);
            await insert.ExecuteNonQueryAsync();
        }

        await Door.ExecuteAsync($"update sa.signing_request set state = 'Queued' where id = '{request.Id}' and state = 'AwaitingApproval'");
    }

    private async Task RequireRefusedAsync(
        ApprovedTenant tenant,
        NewSigningRequest request,
        IReadOnlyList<(Officer Officer, ApprovalStatement Statement, byte[] Signature)> decisions,
        string codes
    )
    {
        await SubmitAsync(request, decisions);
        await RequireRefusedAsync(tenant, request.Id.ToString(), codes);
    }

    /// <param name="codes">Of the violations, in the alphabet's order.</param>
    private async Task RequireRefusedAsync(ApprovedTenant tenant, string id, string codes)
    {
        var answer = await tenant.Desk.WaitAsync(id);
        Assert.Equal(("Refused", codes), (answer.Member("status"), string.Join(',', answer.ViolationCodes.Distinct().Order())));
        Assert.Equal(0, await Everything.ScalarAsync<long>($"select count(*) from sa.intent where request_id = '{id}'"));
        var refused = Assert.Single(await tenant.EntriesAsync(id), entry => entry.Type == "request.refused").Entry;
        Assert.Equal("key", refused.GetProperty("where").GetString());
    }
}
