using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

/// <summary>What the database itself holds of revocations, whoever writes.</summary>
public sealed class RevokedTableTests
{
    private static readonly Lazy<Task<StorageScenario>> Scenario = new(StorageScenario.CreateAsync);

    [Theory]
    // CRLReason: 6 is a hold, 8 its release.
    [InlineData(true, 1)]
    [InlineData(true, 4, 1)]
    [InlineData(true, 6, 4)]
    [InlineData(true, 6, 8, 6, 1)]
    [InlineData(true, 6, 8, 5)]
    [InlineData(false, 8)]
    [InlineData(false, 1, 4)]
    [InlineData(false, 4, 5)]
    [InlineData(false, 4, 6)]
    [InlineData(false, 1, 8)]
    [InlineData(false, 6, 6)]
    [InlineData(false, 6, 8, 8)]
    public async Task A_revocation_only_ever_grows_and_a_hold_alone_is_taken_back(bool isAllowed, params int[] reasons)
    {
        var scenario = await Scenario.Value;
        var (request, serial) = await IssueAsync(scenario);

        var steps = WriteAsync(scenario.Signer, request, serial, reasons);

        if (isAllowed)
            await steps;
        else
            Assert.Equal("revoked_transition", (await Assert.ThrowsAsync<PostgresException>(() => steps)).ConstraintName);
    }

    [Fact]
    public async Task What_was_on_hold_is_revoked_since_the_hold()
    {
        var scenario = await Scenario.Value;
        var (request, serial) = await IssueAsync(scenario);
        await WriteAsync(scenario.Signer, request, serial, [6]);

        var later = scenario.Signer.ExecuteAsync(
            $"update sa.revoked set reason = 4, revoked_at = revoked_at + interval '1 second' where serial_number = '\\x{serial}'"
        );

        Assert.Equal("revoked_transition", (await Assert.ThrowsAsync<PostgresException>(() => later)).ConstraintName);
    }

    [Fact]
    public async Task Only_what_was_issued_is_revoked_under_the_shard_that_was_intended()
    {
        var scenario = await Scenario.Value;
        var (request, serial) = await IssueAsync(scenario);
        foreach (
            var sql in (string[])
                [
                    Insert(request, "01" + serial[2..], 1),
                    Insert(request, serial, 1, shard: 3),
                    Insert(Guid.NewGuid(), serial, 1),
                    Insert(request, serial, 1).Replace("c.not_after", "c.not_after + interval '1 day'", StringComparison.Ordinal),
                ]
        )
        {
            // The first names a serial number that is no certificate's: it is written as the row's own.
            var refused = await Assert.ThrowsAsync<PostgresException>(() => scenario.Signer.ExecuteAsync(sql));
            Assert.Equal("revoked_of_certificate", refused.ConstraintName);
        }
    }

    private static async Task<(Guid Request, string Serial)> IssueAsync(StorageScenario scenario)
    {
        var device = StorageScenario.Device();
        await scenario.SubmitOneAsync(device);
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        return (
            device.Id.Value,
            await scenario.Superuser.ScalarAsync<string>(
                $"select encode(serial_number, 'hex') from sa.certificate where request_id = '{device.Id}'"
            )
        );
    }

    private static async Task WriteAsync(NpgsqlDataSource signer, Guid request, string serial, int[] reasons)
    {
        await signer.ExecuteAsync(Insert(request, serial, reasons[0]));
        foreach (var reason in reasons.Skip(1))
            await signer.ExecuteAsync($"update sa.revoked set reason = {reason} where serial_number = '\\x{serial}'");
    }

    private static string Insert(Guid request, string serial, int reason, int shard = 0) =>
        $"insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at) "
        + $"select 'client', '\\x{serial}', '{request}', {shard}, c.not_after, {reason}, date_trunc('second', now()) from (select not_after from sa.certificate limit 1) c";
}
