using System.Security.Cryptography;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class SubmitSigningRequestsTests
{
    private static readonly Guid Telco = Guid.NewGuid();

    [Fact]
    public async Task A_request_goes_into_the_queue_together_with_its_entry()
    {
        var scenario = await StorageScenario.CreateAsync();
        var request = StorageScenario.Server(Telco, "one");

        Assert.True((await scenario.SubmitOneAsync(request)).Inserted);

        var row = await scenario.ReadAsync(request.Id);
        Assert.Equal(RequestState.Queued, row.State);
        Assert.Equal(request.Csr, row.Csr);
        Assert.Equal(request.Devices, row.Devices);
        Assert.Equal(request.Authorities, row.Authorities);
        Assert.Equal((0, null, "provider/telco"), (row.Attempts, row.LeasedBy, row.SubmittedBy));
        Assert.Equal(1, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task The_same_request_posted_32_times_at_once_is_one_request_with_one_entry()
    {
        var scenario = await StorageScenario.CreateAsync();
        var csr = RandomNumberGenerator.GetBytes(200);

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => scenario.SubmitOneAsync(StorageScenario.Server(Telco, "once", csr)))
        );

        var winner = Assert.Single(outcomes, outcome => outcome.Inserted);
        Assert.Null(winner.Existing);
        Assert.All(outcomes.Except([winner]), outcome => Assert.Equal(Conflict.IdempotencyKey, outcome.Conflict));
        Assert.Single(outcomes.Except([winner]).Select(outcome => outcome.Existing!.Id).Distinct());
        Assert.Equal(1, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_used_key_with_another_body_is_a_conflict_and_another_providers_key_is_not()
    {
        var scenario = await StorageScenario.CreateAsync();
        var first = StorageScenario.Server(Telco, "key");
        await scenario.SubmitOneAsync(first);

        var other = await scenario.SubmitOneAsync(StorageScenario.Server(Telco, "key"));
        var devices = await scenario.SubmitOneAsync(first with { Id = SigningRequestId.New(TimeProvider.System), Devices = ["SPA962"] });

        Assert.Equal((Conflict.IdempotencyKeyReused, first.Id), (other.Conflict, other.Existing!.Id));
        Assert.Equal(Conflict.IdempotencyKeyReused, devices.Conflict);
        Assert.True((await scenario.SubmitOneAsync(StorageScenario.Server(Guid.NewGuid(), "key"))).Inserted);
    }

    [Fact]
    public async Task A_device_is_kept_out_by_its_address_its_serial_and_its_key_and_told_which()
    {
        var scenario = await StorageScenario.CreateAsync();
        var device = StorageScenario.Device();
        await scenario.SubmitOneAsync(device);

        var outcomes = await scenario.SubmitAsync(
            StorageScenario.Device(mac: device.Mac),
            StorageScenario.Device(),
            StorageScenario.Device(serial: device.Serial),
            StorageScenario.Device(publicKey: device.PublicKeySha256)
        );

        Assert.Equal([Conflict.Mac, Conflict.None, Conflict.Serial, Conflict.PublicKey], outcomes.Select(outcome => outcome.Conflict));
        Assert.All(outcomes.Where(outcome => !outcome.Inserted), outcome => Assert.Equal(device.Id, outcome.Existing!.Id));
        Assert.Equal(2, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_device_that_comes_twice_in_one_batch_goes_in_once()
    {
        var scenario = await StorageScenario.CreateAsync();
        var device = StorageScenario.Device();
        var twin = device with { Id = SigningRequestId.New(TimeProvider.System) };

        var outcomes = await scenario.SubmitAsync(device, twin);

        var inserted = Assert.Single(outcomes, outcome => outcome.Inserted);
        Assert.Equal(Conflict.Mac, Assert.Single(outcomes.Except([inserted])).Conflict);
    }

    [Fact]
    public async Task A_device_whose_request_was_given_up_may_ask_again()
    {
        var scenario = await StorageScenario.CreateAsync();
        var device = StorageScenario.Device();
        await scenario.SubmitOneAsync(device);
        await scenario.Superuser.ExecuteAsync("update sa.signing_request set state = 'Failed', finished_at = now()");

        Assert.True((await scenario.SubmitOneAsync(device with { Id = SigningRequestId.New(TimeProvider.System) })).Inserted);
        Assert.Equal(
            RetryOutcome.Superseded,
            await new RetryFailedRequest(scenario.Operator).RunAsync(device.Id, "again", "operator/test")
        );
    }

    [Fact]
    public async Task Batches_with_the_same_devices_in_every_order_all_get_an_answer()
    {
        var scenario = await StorageScenario.CreateAsync();
        var macs = Enumerable.Range(0, 40).Select(i => $"000E0900{i:X4}").ToArray();
        // Each address goes with every serial, so that no order of locking fits all.
        var batches = Enumerable
            .Range(0, 8)
            .Select(turn => macs.Select((mac, i) => StorageScenario.Device(mac, $"CROSS{(i * (turn + 1)) % macs.Length}")).ToArray());

        var outcomes = (await Task.WhenAll(batches.Select(batch => Task.Run(() => scenario.SubmitAsync(batch)))))
            .SelectMany(o => o)
            .ToList();

        Assert.All(outcomes, outcome => Assert.True(outcome.Inserted ^ (outcome.Existing is not null)));
        Assert.Equal(outcomes.Count(outcome => outcome.Inserted), (await scenario.VerifyAsync()).Leaves);
    }
}
