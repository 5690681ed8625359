using Npgsql;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

public sealed class NoticePrivilegeTests
{
    private static readonly Lazy<Task<StorageScenario>> Scenario = new(StorageScenario.CreateAsync);

    [Theory]
    [InlineData("sa_api", "select secret from sa.contact")]
    [InlineData("sa_signer", "select secret from sa.contact")]
    [InlineData("sa_auditor", "select secret from sa.contact")]
    [InlineData("sa_operator", "select secret from sa.contact")]
    [InlineData("sa_api", "update sa.notice set state = 'Delivered'")]
    [InlineData("sa_api", "delete from sa.contact")]
    [InlineData("sa_operator", "delete from sa.notice")]
    [InlineData("sa_outreach", "delete from sa.notice")]
    [InlineData(
        "sa_outreach",
        "insert into sa.notice (kind, provider_id, contact_id) values ('Test', gen_random_uuid(), gen_random_uuid())"
    )]
    [InlineData("sa_outreach", "update sa.contact set target = 'x'")]
    [InlineData("sa_outreach", "select csr from sa.signing_request")]
    [InlineData("sa_outreach", "update sa.signing_request set state = 'Issued'")]
    [InlineData("sa_outreach", "insert into sa.revocation_request (id) values (gen_random_uuid())")]
    [InlineData("sa_api", "update sa.revocation_request set reason = 'superseded'")]
    [InlineData("sa_signer", "insert into sa.revocation_request (id) values (gen_random_uuid())")]
    [InlineData("sa_owner", "update sa.revocation_request set reason = 'superseded'")]
    [InlineData("postgres", "delete from sa.revocation_request")]
    [InlineData("postgres", "delete from sa.notice")]
    [InlineData("postgres", "truncate sa.contact cascade")]
    public async Task A_role_may_not(string role, string sql)
    {
        var denied = await Assert.ThrowsAsync<PostgresException>(async () => await (await Scenario.Value).Connect(role).ExecuteAsync(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    [Fact]
    public async Task The_front_door_queues_tests_and_nothing_else()
    {
        var scenario = new NoticeScenario(await Scenario.Value);
        var telco = await scenario.TenantAsync("telco-" + Guid.NewGuid().ToString("N")[..8]);
        var contact = await scenario.ContactAsync(telco);
        var denied = await Assert.ThrowsAsync<PostgresException>(() =>
            scenario.Storage.Api.ExecuteAsync(
                $"insert into sa.notice (id, kind, provider_id, contact_id) values (gen_random_uuid(), 'Expiry', '{telco}', '{contact.Id}')"
            )
        );
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    [Fact]
    public async Task What_was_delivered_stays_delivered()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        await scenario.IssueAsync(telco, authorities: "sipura");
        await scenario.PlanAsync(59);
        await scenario.DeliverAsync();

        await Assert.ThrowsAsync<PostgresException>(() => scenario.Everything.ExecuteAsync("update sa.notice set state = 'Pending'"));
    }
}
