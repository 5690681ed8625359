using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Officers;

/// <summary>A provider takes its request back, as long as nothing has begun.</summary>
[Collection(ProviderFlows.Name)]
public sealed class WithdrawalTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    [Fact]
    public async Task A_waiting_request_is_withdrawn_once_and_whoever_waits_for_it_is_told()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var alice = await Officer.RegisterAsync(authority, "alice");
        var id = await tenant.SubmitAsync();
        var waiting = tenant.Client.AskAsync($"api/v1/provider/requests/{id}?wait=60");

        var withdrawn = await tenant.WithdrawAsync(id, """{"reason":"the wrong name"}""");

        Assert.Equal((HttpStatusCode.OK, "Withdrawn"), (withdrawn.Status, withdrawn.Member("status")));
        Assert.Equal("Withdrawn", (await waiting).Member("status"));
        var again = await tenant.WithdrawAsync(id);
        Assert.Equal((HttpStatusCode.OK, withdrawn.Text), (again.Status, again.Text));
        var entry = Assert.Single(await tenant.EntriesAsync(id), entry => entry.Type == RequestWithdrawn.TypeName).Entry;
        Assert.Equal("the wrong name", entry.GetProperty("reason").GetString());
        Assert.Equal(
            "already-decided",
            Assert.Single((await alice.ShowAsync(id)).Json.GetProperty("obstacles").EnumerateArray()).GetString()
        );
    }

    [Fact]
    public async Task An_issued_request_is_not_withdrawn_nor_is_anothers()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.Automatic);
        var id = await tenant.SubmitAsync();
        await tenant.Desk.WaitAsync(id);
        ProblemAssert.Is(await tenant.WithdrawAsync(id), HttpStatusCode.Conflict, "too-late");

        var other = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var waiting = await other.SubmitAsync();
        ProblemAssert.Is(await tenant.WithdrawAsync(waiting), HttpStatusCode.NotFound, "not-found");
        ProblemAssert.Is(await tenant.WithdrawAsync("nonsense"), HttpStatusCode.NotFound, "not-found");
        Assert.Equal("AwaitingApproval", (await other.ShowAsync(waiting)).Member("status"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"reason":7}""")]
    [InlineData("""{"reason":""}""")]
    [InlineData("""{"reason":"two\nlines"}""")]
    public async Task A_withdrawal_whose_body_can_not_be_used_withdraws_nothing(string json)
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.OneOfficer);
        var id = await tenant.SubmitAsync();
        var answer = await tenant.WithdrawAsync(id, json);
        ProblemAssert.Breaks(answer, answer.Status is HttpStatusCode.BadRequest ? answer.Status : HttpStatusCode.UnprocessableEntity);
        Assert.Equal("AwaitingApproval", (await tenant.ShowAsync(id)).Member("status"));
    }

    [Fact]
    public async Task A_queued_request_is_withdrawn_a_claimed_one_is_not_and_one_handed_back_with_its_intent_is_not()
    {
        var scenario = await StorageScenario.CreateAsync();
        var (provider, queue, withdraw) = (Guid.NewGuid(), scenario.Queue(), new WithdrawRequest(scenario.Api));
        var queued = StorageScenario.Server(provider);
        await scenario.SubmitOneAsync(queued);
        Assert.Equal(WithdrawalOutcome.Withdrawn, await withdraw.RunAsync(queued.Id, provider, null, "provider/telco"));
        Assert.Empty(await queue.ClaimAsync(Lane.Provider, 10, TimeSpan.FromMinutes(1)));

        var claimed = StorageScenario.Server(provider);
        await scenario.SubmitOneAsync(claimed);
        var work = Assert.Single(await queue.ClaimAsync(Lane.Provider, 10, TimeSpan.FromMinutes(1)));
        Assert.Equal(WithdrawalOutcome.TooLate, await withdraw.RunAsync(claimed.Id, provider, null, "provider/telco"));

        await StorageScenario.CommitIntentsAsync(queue, StorageScenario.Intend(work));
        await queue.ReleaseAllAsync(Lane.Provider, TimeSpan.Zero, countAttempt: false);
        Assert.Equal(RequestState.Queued, (await scenario.ReadAsync(claimed.Id)).State);
        Assert.Equal(WithdrawalOutcome.TooLate, await withdraw.RunAsync(claimed.Id, provider, null, "provider/telco"));
        Assert.Equal(RequestState.Queued, (await scenario.ReadAsync(claimed.Id)).State);
        await scenario.VerifyAsync();
    }
}
