using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class SigningQueueTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_request_is_issued_once_every_authority_has_its_certificate()
    {
        var scenario = await StorageScenario.CreateAsync();
        var request = StorageScenario.Server(Guid.NewGuid());
        await scenario.SubmitOneAsync(request);
        var queue = scenario.Queue();
        var intents = StorageScenario.Intend(Assert.Single(await queue.ClaimAsync(Lane.Provider, 10, Lease)));
        await StorageScenario.CommitIntentsAsync(queue, intents);

        await StorageScenario.CommitCertificatesAsync(queue, intents.Take(1));
        Assert.Equal(RequestState.Signing, (await scenario.ReadAsync(request.Id)).State);
        await StorageScenario.CommitCertificatesAsync(queue, intents);

        var found = await new SigningRequestQueries(scenario.Api).FindAsync(request.Id);
        Assert.Equal(RequestState.Issued, found!.Request.State);
        Assert.Equal(request.Authorities, found.Certificates.Select(c => c.Authority));
        Assert.Equal((5, 2), ((await scenario.VerifyAsync()).Leaves, (await scenario.VerifyAsync()).Certificates));
    }

    [Fact]
    public async Task Many_signers_on_one_queue_never_hold_the_same_request()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync([.. Enumerable.Range(0, 300).Select(_ => StorageScenario.Device())]);

        var issued = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var queue = scenario.Queue();
                        var sum = 0;
                        for (int step; (step = await StorageScenario.IssueAsync(queue, Lane.Device, 7)) > 0; sum += step) { }

                        return sum;
                    })
                )
        );

        Assert.Equal(300, issued.Sum());
        var verified = await scenario.VerifyAsync();
        Assert.Equal((900, 300), (verified.Leaves, verified.Certificates));
    }

    [Fact]
    public async Task A_lane_is_not_anothers()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitOneAsync(StorageScenario.Device());
        Assert.Empty(await scenario.Queue().ClaimAsync(Lane.Provider, 10, Lease));
        Assert.Single(await scenario.Queue().ClaimAsync(Lane.Device, 10, Lease));
    }

    [Fact]
    public async Task When_a_lease_runs_out_the_next_holder_finds_the_intents_and_the_first_can_write_no_more()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync(StorageScenario.Device(), StorageScenario.Device());
        var (first, second) = (scenario.Queue(), scenario.Queue());
        var claimed = await first.ClaimAsync(Lane.Device, 2, TimeSpan.Zero);
        var intents = StorageScenario.Intend(claimed[0]);
        await StorageScenario.CommitIntentsAsync(first, intents);

        var again = await second.ClaimAsync(Lane.Device, 2, Lease);

        Assert.Equal(2, again.Count);
        Assert.All(again, c => Assert.Equal(2, c.Request.Attempts));
        var resumed = again.Single(c => c.Request.Id == claimed[0].Request.Id);
        Assert.Equal(intents[0].ToBeSigned, Assert.Single(resumed.Intents).ToBeSigned);
        var lost = await Assert.ThrowsAsync<LeaseLostException>(() =>
            StorageScenario.CommitIntentsAsync(first, StorageScenario.Intend(claimed[1]))
        );
        Assert.Equal([claimed[1].Request.Id], lost.Requests);
        await Assert.ThrowsAsync<LeaseLostException>(() => StorageScenario.CommitCertificatesAsync(first, intents));

        await StorageScenario.CommitCertificatesAsync(second, resumed.Intents);
        // The first, late with the very same bytes: nothing to add, nothing wrong.
        await StorageScenario.CommitCertificatesAsync(first, intents);
        Assert.Equal(1, (await scenario.VerifyAsync()).Certificates);
    }

    [Fact]
    public async Task Leases_that_are_renewed_keep_their_holder_and_cost_no_attempt()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync(StorageScenario.Device(), StorageScenario.Device(), StorageScenario.Device());
        var (holder, other) = (scenario.Queue(), scenario.Queue());
        var claimed = await holder.ClaimAsync(Lane.Device, 3, TimeSpan.Zero);
        var kept = claimed[0].Request.Id;
        var done = StorageScenario.Intend(claimed[1]);
        await StorageScenario.CommitIntentsAsync(holder, done);
        await StorageScenario.CommitCertificatesAsync(holder, done);

        // One that is done is not to be changed any more; one that is the other's stays the other's.
        await holder.RenewAsync([kept, done[0].RequestId], Lease);
        var taken = Assert.Single(await other.ClaimAsync(Lane.Device, 3, TimeSpan.Zero)).Request.Id;
        await holder.RenewAsync([kept, taken], Lease);

        Assert.Equal(taken, Assert.Single(await scenario.Queue().ClaimAsync(Lane.Device, 3, Lease)).Request.Id);
        Assert.Equal(1, (await scenario.ReadAsync(kept)).Attempts);
        await StorageScenario.CommitIntentsAsync(holder, StorageScenario.Intend(claimed[0]));
    }

    [Fact]
    public async Task A_holder_that_is_at_work_does_not_claim_its_own_again()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitOneAsync(StorageScenario.Device());
        var queue = scenario.Queue();
        Assert.Single(await queue.ClaimAsync(Lane.Device, 1, TimeSpan.Zero, alsoOwn: false));

        Assert.Empty(await queue.ClaimAsync(Lane.Device, 1, Lease, alsoOwn: false));
        Assert.Single(await queue.ClaimAsync(Lane.Device, 1, Lease));
    }

    [Fact]
    public async Task When_one_lease_of_a_batch_is_lost_nothing_of_the_batch_is_written()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync(StorageScenario.Device(), StorageScenario.Device());
        var queue = scenario.Queue();
        var intents = (await queue.ClaimAsync(Lane.Device, 2, Lease)).SelectMany(StorageScenario.Intend).ToList();
        await queue.ReleaseAsync([intents[0].RequestId], TimeSpan.Zero, countAttempt: true);

        var lost = await Assert.ThrowsAsync<LeaseLostException>(() => StorageScenario.CommitIntentsAsync(queue, intents));

        Assert.Equal([intents[0].RequestId], lost.Requests);
        Assert.Equal(0, await scenario.Superuser.ScalarAsync<long>("select count(*) from sa.intent"));
        Assert.Equal(2, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_second_certificate_with_other_bytes_is_never_written()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitOneAsync(StorageScenario.Server(Guid.NewGuid()));
        var queue = scenario.Queue();
        var intents = StorageScenario.Intend((await queue.ClaimAsync(Lane.Provider, 1, Lease))[0]);
        await StorageScenario.CommitIntentsAsync(queue, intents);
        await StorageScenario.CommitCertificatesAsync(queue, intents.Take(1));

        await Assert.ThrowsAsync<InvalidOperationException>(() => StorageScenario.CommitCertificatesAsync(queue, intents, signature: 1));
        Assert.Equal(1, (await scenario.VerifyAsync()).Certificates);
    }

    [Fact]
    public async Task A_serial_number_is_an_authoritys_only_once()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync(StorageScenario.Device(), StorageScenario.Device());
        var queue = scenario.Queue();
        var claimed = await queue.ClaimAsync(Lane.Device, 2, Lease);
        var first = StorageScenario.Intend(claimed[0])[0];
        await StorageScenario.CommitIntentsAsync(queue, [first]);

        await Assert.ThrowsAsync<SerialNumberTakenException>(() =>
            StorageScenario.CommitIntentsAsync(queue, [StorageScenario.Intend(claimed[1].Request.Id, first.Authority, first.SerialNumber)])
        );
        await StorageScenario.CommitIntentsAsync(queue, [StorageScenario.Intend(claimed[1].Request.Id, "another", first.SerialNumber)]);
    }

    [Fact]
    public async Task An_act_without_its_entry_is_refused()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitOneAsync(StorageScenario.Device());
        var queue = scenario.Queue();
        var intents = StorageScenario.Intend((await queue.ClaimAsync(Lane.Device, 1, Lease))[0]);

        await Assert.ThrowsAsync<ArgumentException>(() => queue.CommitIntentsAsync(intents, [], []));
        await Assert.ThrowsAsync<ArgumentException>(() => queue.CommitIntentsAsync([], [new RefusedRequest(intents[0].RequestId, [])], []));
        await StorageScenario.CommitIntentsAsync(queue, intents);
        await Assert.ThrowsAsync<ArgumentException>(() => queue.CommitCertificatesAsync([StorageScenario.Sign(intents[0])], []));
    }

    [Fact]
    public async Task A_refusal_at_the_key_is_final_and_keeps_its_violations()
    {
        var scenario = await StorageScenario.CreateAsync();
        var request = StorageScenario.Device();
        await scenario.SubmitOneAsync(request);
        var queue = scenario.Queue();
        await queue.ClaimAsync(Lane.Device, 1, Lease);
        var violation = new Violation("mac-not-ours", "mac", "an OUI of ours", request.Mac!, "Not ours.", "ca-config", "Use another.");

        await queue.CommitIntentsAsync([], [new RefusedRequest(request.Id, [violation])], [Refused(request)]);

        var row = await scenario.ReadAsync(request.Id);
        Assert.Equal((RequestState.Refused, violation), (row.State, Assert.Single(row.Violations)));
        Assert.Empty(await scenario.Queue().ClaimAsync(Lane.Device, 1, Lease));
        Assert.Equal(2, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_released_request_waits_and_counts_its_attempt_only_when_it_was_to_blame()
    {
        var scenario = await StorageScenario.CreateAsync();
        var request = StorageScenario.Device();
        await scenario.SubmitOneAsync(request);
        var queue = scenario.Queue();

        await queue.ClaimAsync(Lane.Device, 1, Lease);
        await queue.ReleaseAsync([request.Id], TimeSpan.Zero, countAttempt: false, "The token is away.");
        Assert.Equal((0, RequestState.Queued, "The token is away."), Row(await scenario.ReadAsync(request.Id)));

        await queue.ClaimAsync(Lane.Device, 1, Lease);
        await queue.ReleaseAsync([request.Id], TimeSpan.FromHours(1), countAttempt: true);
        Assert.Equal((1, RequestState.Queued, "The token is away."), Row(await scenario.ReadAsync(request.Id)));
        Assert.Empty(await queue.ClaimAsync(Lane.Device, 1, Lease));

        static (int, RequestState, string?) Row(SigningRequestRecord row) => (row.Attempts, row.State, row.Failure);
    }

    [Fact]
    public async Task Spent_attempts_fail_a_request_and_an_operator_may_retry_it()
    {
        var scenario = await StorageScenario.CreateAsync();
        var request = StorageScenario.Device();
        await scenario.SubmitOneAsync(request);
        var queue = scenario.Queue(maximumAttempts: 2);
        Assert.Single(await queue.ClaimAsync(Lane.Device, 1, TimeSpan.Zero));
        Assert.Equal(0, await queue.FailExhaustedAsync());
        Assert.Single(await queue.ClaimAsync(Lane.Device, 1, TimeSpan.Zero));

        Assert.Empty(await queue.ClaimAsync(Lane.Device, 1, Lease));
        Assert.Equal(1, await queue.FailExhaustedAsync());
        Assert.Equal(RequestState.Failed, (await scenario.ReadAsync(request.Id)).State);

        var retry = new RetryFailedRequest(scenario.Operator);
        Assert.Equal(RetryOutcome.Retried, await retry.RunAsync(request.Id, "the disk is larger now", "operator/test"));
        Assert.Equal(RetryOutcome.NotFailed, await retry.RunAsync(request.Id, "again", "operator/test"));
        Assert.Equal(1, await StorageScenario.IssueAsync(queue, Lane.Device));
        Assert.Equal(5, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_held_request_can_be_failed_by_its_holder_only()
    {
        var scenario = await StorageScenario.CreateAsync();
        var request = StorageScenario.Device();
        await scenario.SubmitOneAsync(request);
        var (queue, other) = (scenario.Queue(), scenario.Queue());
        await queue.ClaimAsync(Lane.Device, 1, Lease);
        var entry = new RequestFailed
        {
            At = DateTimeOffset.UtcNow,
            Actor = "signer/test",
            RequestId = request.Id.Value,
            Reason = "odd",
            Attempts = 1,
        };

        await Assert.ThrowsAsync<LeaseLostException>(() => other.FailAsync(request.Id, "odd", entry));
        await queue.FailAsync(request.Id, "odd", entry);

        Assert.Equal(
            ("odd", RequestState.Failed),
            ((await scenario.ReadAsync(request.Id)).Failure, (await scenario.ReadAsync(request.Id)).State)
        );
        Assert.Equal(2, (await scenario.VerifyAsync()).Leaves);
    }

    private static RequestRefused Refused(NewSigningRequest request) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = "signer/test",
            RequestId = request.Id.Value,
            Mac = request.Mac,
            Where = RequestRefused.AtTheKey,
            Violations = [],
            PolicyVersion = "1",
            PolicyHash = new string('0', 64),
        };
}
