using Npgsql;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>A front door that was taken over writes what it likes, with all the rights of its role: no name becomes proven by that.</summary>
[Collection(NameFlows.Name)]
public sealed class LyingAboutNamesTests(ProvingGround ground)
{
    private readonly HttpClient _telco = ground.Authority.Client(ground.Authority.TelcoToken);
    private readonly HttpClient _other = ground.Authority.Client(ground.Authority.OtherTelcoToken);

    private NpgsqlDataSource Door => ground.Authority.Postgres.Connect("sa_api", ground.Authority.Database);

    [Fact]
    public async Task The_door_can_not_say_that_a_name_is_proven()
    {
        var id = (await _telco.ChallengeAsync("forged.info")).Member("id");
        foreach (
            var sql in (string[])
                [
                    $"update sa.name_challenge set state = 'Proven', finished_at = now() where id = '{id}'",
                    $"insert into sa.name_challenge (id, provider_id, name, include_subdomains, method, token, created_by, expires_at, state) select gen_random_uuid(), provider_id, name, false, 'Dns', sha256('x'), created_by, expires_at, 'Proven' from sa.name_challenge where id = '{id}'",
                    $"insert into sa.name_check (id, challenge_id, asked_by, finished_at, code, seen) values (gen_random_uuid(), '{id}', 'x', now(), 'proven', 'x')",
                    "update sa.name_check set code = 'proven'",
                    "delete from sa.name_challenge",
                    $"insert into sa.provider_name (id, provider_id, suffix, include_subdomains, registered_by, challenge_id) select gen_random_uuid(), provider_id, name, true, 'x', id from sa.name_challenge where id = '{id}'",
                    "update sa.provider_name set valid_until = now() + interval '9 years'",
                    "insert into sa.address_lookup (request_id) values (gen_random_uuid())",
                    "update sa.address_lookup set code = null",
                ]
        )
        {
            var denied = await Assert.ThrowsAsync<PostgresException>(() => Door.ExecuteAsync(sql));
            Assert.True(denied.SqlState == PostgresErrorCodes.InsufficientPrivilege, sql);
        }
    }

    [Fact]
    public async Task Outreach_can_not_touch_what_an_operator_registered_nor_prove_what_no_challenge_is_for()
    {
        var outreach = ground.Authority.Postgres.Connect("sa_outreach", ground.Authority.Database);
        var id = (await _telco.ChallengeAsync("bound.info")).Member("id");
        Assert.Equal(0, await outreach.ExecuteAsync("update sa.provider_name set withdrawn_at = now() where challenge_id is null"));
        foreach (
            var (sql, state) in new[]
            {
                (Insert(id, "bound.info", "challenge_id = null"), PostgresErrorCodes.InsufficientPrivilege),
                (Insert(id, "callme.info"), PostgresErrorCodes.ForeignKeyViolation),
                (Insert(id, "bound.info", "include_subdomains = true"), PostgresErrorCodes.ForeignKeyViolation),
                ("update sa.provider_name set suffix = 'com'", PostgresErrorCodes.InsufficientPrivilege),
                ("update sa.name_challenge set name = 'callme.info'", PostgresErrorCodes.InsufficientPrivilege),
            }
        )
            Assert.Equal(state, (await Assert.ThrowsAsync<PostgresException>(() => outreach.ExecuteAsync(sql))).SqlState);
    }

    [Fact]
    public async Task A_challenge_forged_from_anothers_record_is_not_proven()
    {
        // Everybody reads the record in DNS, and the door reads the token: both are used for the other tenant's own claim.
        var theirs = await ground.ProveAsync(_telco, "victim.info");
        await ground.Authority.OperatorAsync("name", "withdraw", RunningAuthority.Telco, "victim.info");
        var forged = Guid.NewGuid();
        await Door.ExecuteAsync(
            $"""
            insert into sa.name_challenge (id, provider_id, name, include_subdomains, method, token, created_by, expires_at)
            select '{forged}', (select id from sa.provider where name = '{RunningAuthority.OtherTelco}'), name, include_subdomains, method,
                set_byte(token, 0, get_byte(token, 0) # 1), created_by, expires_at
            from sa.name_challenge where id = '{theirs.Member("id")}'
            """
        );
        await Door.ExecuteAsync($"insert into sa.name_check (id, challenge_id, asked_by) values (gen_random_uuid(), '{forged}', 'x')");
        await UntilCheckedAsync(forged.ToString(), "value-not-found");
        Assert.Null(await _other.NameAsync("victim.info"));
    }

    [Fact]
    public async Task A_check_that_the_door_asks_for_after_the_end_or_after_the_proof_changes_nothing()
    {
        var late = await _telco.ChallengeAsync("too-late.info");
        await ground.Zone.AddTextAsync(late.Member("record"), late.Member("value"));
        await ground.Everything.ExecuteAsync($"update sa.name_challenge set expires_at = now() where id = '{late.Member("id")}'");
        await Door.ExecuteAsync(
            $"insert into sa.name_check (id, challenge_id, asked_by) values (gen_random_uuid(), '{late.Member("id")}', 'x')"
        );
        await UntilCheckedAsync(late.Member("id"), "challenge-expired");
        Assert.Null(await _telco.NameAsync("too-late.info"));

        var used = await ground.ProveAsync(_telco, "used-up.info");
        await ground.Authority.OperatorAsync("name", "withdraw", RunningAuthority.Telco, "used-up.info");
        await Door.ExecuteAsync(
            $"insert into sa.name_check (id, challenge_id, asked_by) values (gen_random_uuid(), '{used.Member("id")}', 'x')"
        );
        await UntilCheckedAsync(used.Member("id"), "challenge-expired");
        Assert.Null(await _telco.NameAsync("used-up.info"));
    }

    [Fact]
    public async Task A_name_whose_proof_has_aged_out_is_refused_at_the_key()
    {
        await ground.ProveAsync(_telco, "aged.info");
        await ground.Everything.ExecuteAsync("update sa.provider_name set valid_until = now() where suffix = 'aged.info'");
        var csr = CertificationRequestBytes.Make("CN=aged.info");
        var request = new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.ProvisioningServer,
            Lane.Provider,
            await ground.Everything.ScalarAsync<Guid>($"select id from sa.provider where name = '{RunningAuthority.Telco}'"),
            null,
            csr.Der,
            csr.Sha256,
            csr.PublicKeySha256,
            "aged.info",
            null,
            null,
            null,
            ["SPA962"],
            ["sipura"],
            null,
            null,
            null,
            "provider/" + RunningAuthority.Telco
        );
        await new SubmitSigningRequests(Door).SubmitAsync([(request, StorageScenario.Submitted(request))]);
        await Eventually.TrueAsync(
            async () =>
                await ground.Everything.ScalarAsync<string>($"select state || violations from sa.signing_request where id = '{request.Id}'")
                    is { } state
                && state.StartsWith("Refused", StringComparison.Ordinal)
                && state.Contains("name-proof-expired"),
            "the key room's refusal"
        );
    }

    private Task UntilCheckedAsync(string challenge, string code) =>
        Eventually.TrueAsync(
            async () =>
                await ground.Everything.ScalarAsync<long>(
                    $"select count(*) from sa.name_check where challenge_id = '{challenge}' and code = '{code}'"
                ) == 1,
            $"a check with the outcome {code}"
        );

    // A name made proven out of the challenge, with one thing changed.
    private static string Insert(string challenge, string name, string change = "")
    {
        var isUnchallenged = change == "challenge_id = null";
        return $"""
            insert into sa.provider_name (id, provider_id, suffix, include_subdomains, registered_by, challenge_id, proven_at, valid_until, recheck_at)
            select gen_random_uuid(), provider_id, '{name}', {(
                change == "include_subdomains = true" ? "true" : "include_subdomains"
            )}, created_by,
                {(isUnchallenged ? "null, null, null, null" : "id, now(), now() + interval '1 day', now()")}
            from sa.name_challenge where id = '{challenge}'
            """;
    }
}
