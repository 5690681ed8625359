using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Access;

/// <summary>Every route that asks for a token, with each token that it must not take.</summary>
[Collection(FactoryFlows.Name)]
public sealed class TokenTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly Dictionary<string, (HttpMethod Method, string Path)[]> RoutesOfRole = new()
    {
        ["provider"] =
        [
            (HttpMethod.Get, "api/v1/provider/requests"),
            (HttpMethod.Post, "api/v1/provider/requests?device=SPA962"),
            (HttpMethod.Get, $"api/v1/provider/requests/{Guid.Empty}"),
            (HttpMethod.Get, $"api/v1/provider/requests/{Guid.Empty}/certificates/sipura.pem"),
            (HttpMethod.Post, $"api/v1/provider/requests/{Guid.Empty}/withdrawal"),
        ],
        ["auditor"] = [(HttpMethod.Get, "api/v1/audit/entries"), (HttpMethod.Get, "api/v1/audit/entries?after=5")],
        ["officer"] =
        [
            (HttpMethod.Get, "api/v1/officer/requests"),
            (HttpMethod.Get, $"api/v1/officer/requests/{Guid.Empty}"),
            (HttpMethod.Post, $"api/v1/officer/requests/{Guid.Empty}/decisions"),
        ],
        ["operator"] = [(HttpMethod.Get, "api/v1/operator/queue")],
    };

    public static TheoryData<string> Roles => [.. RoutesOfRole.Keys];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task No_token_a_forged_one_and_another_kind_of_credential_are_turned_away(string role)
    {
        var forged = TokenOf(role)[..^1] + (TokenOf(role)[^1] == 'A' ? 'B' : 'A');
        foreach (var (method, path) in RoutesOfRole[role])
        {
            foreach (
                var credential in (string?[])[null, "Bearer " + forged, "Bearer ", "Bearer sa_", "Basic dGVsY286dGVsY28=", TokenOf(role)]
            )
            {
                using var request = new HttpRequestMessage(method, path);
                if (credential is not null)
                    request.Headers.TryAddWithoutValidation("Authorization", credential);
                using var response = await authority.Client().SendAsync(request);
                Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{path} with {credential}: {(int)response.StatusCode}");
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
                Assert.StartsWith("Bearer realm=", response.Headers.WwwAuthenticate.ToString());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_token_of_another_role_is_turned_away_and_that_is_in_the_log(string role)
    {
        foreach (var (method, path) in RoutesOfRole[role])
        {
            foreach (var other in RoutesOfRole.Keys.Where(other => other != role))
            {
                var from = IssuanceLogReader.FromNow();
                ProblemAssert.Is(await authority.Client(TokenOf(other)).AskAsync(method, path), HttpStatusCode.Forbidden, "forbidden");
                var entry = (await new IssuanceLogReader(authority).AwaitAsync($"type=access.refused&{from}", 1))[^1];
                Assert.StartsWith(other + "/", entry.GetProperty("actor").GetString());
                Assert.Equal("wrong-role", entry.GetProperty("entry").GetProperty("reason").GetString());
            }
        }
    }

    [Fact]
    public async Task A_revoked_token_is_worth_nothing_at_once()
    {
        var client = authority.Client(await authority.CreateTokenAsync("auditor", "short-lived"));
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync(IssuanceLogReader.Path)).Status);
        var line = (await authority.OperatorAsync("token", "list")).Split('\n').Single(line => line.Contains("short-lived"));

        await authority.OperatorAsync("token", "revoke", line.Split(' ')[0]);

        ProblemAssert.Is(await client.AskAsync(IssuanceLogReader.Path), HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Contains("revoked", (await authority.OperatorAsync("token", "list")).Split('\n').Single(l => l.Contains("short-lived")));
    }

    [Fact]
    public async Task An_expired_token_is_worth_nothing()
    {
        var client = authority.Client(await authority.CreateTokenAsync("operator", "expires-soon"));
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("api/v1/operator/queue")).Status);

        // The clock can't be turned on, so the end is moved to where it already was.
        await using var command = authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .CreateCommand(
                "update sa.access_token set expires_at = now() - interval '1 second', created_at = now() - interval '1 day' where label = 'expires-soon'"
            );
        Assert.Equal(1, await command.ExecuteNonQueryAsync());

        ProblemAssert.Is(await client.AskAsync("api/v1/operator/queue"), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task A_token_in_the_clear_opens_nothing_and_no_log_has_one()
    {
        using var plain = new HttpClient { BaseAddress = authority.PlainAddress };
        plain.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + authority.AuditorToken);
        Assert.Equal(HttpStatusCode.NotFound, (await plain.AskAsync(IssuanceLogReader.Path)).Status);

        foreach (var file in Directory.GetFiles(authority.LogFolder))
            Assert.DoesNotContain(authority.AuditorToken, await File.ReadAllTextAsync(file));
        await using var stored = authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .CreateCommand("select string_agg(t::text, '') from sa.access_token t");
        Assert.DoesNotContain(authority.AuditorToken, (string)(await stored.ExecuteScalarAsync())!);
    }

    private string TokenOf(string role) =>
        role switch
        {
            "provider" => authority.TelcoToken,
            "auditor" => authority.AuditorToken,
            "officer" => authority.OfficerToken,
            _ => authority.OperatorToken,
        };
}
