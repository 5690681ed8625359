using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Storage.Access;
using Xunit;
using Tenants = SigningAuthority.Storage.Access.Providers;

namespace SigningAuthority.IntegrationTests.Routes;

/// <summary>All that goes along the routes does so at one authority, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RouteFlows : ICollectionFixture<RouteSite>
{
    public const string Name = "route flows";
}

/// <summary>An authority, the table of its front door's routes, and tokens of each role: good, forged, expired, revoked.</summary>
public sealed class RouteSite : IAsyncLifetime
{
    internal RunningAuthority Authority { get; private set; } = null!;

    internal IReadOnlyList<ApiRoute> Routes { get; private set; } = [];

    internal RouteObjects Objects { get; private set; } = null!;

    /// <summary>By role's name in lower case: what is good, and what looks like it.</summary>
    internal Dictionary<string, (string Good, IReadOnlyDictionary<string, string> Bad)> Tokens { get; } = [];

    public async Task InitializeAsync()
    {
        Authority = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File });
        Routes = await RouteTable.ReadAsync(Authority);
        Objects = new RouteObjects(Authority);
        foreach (var role in Enum.GetValues<TokenRole>())
            await CreateTokensAsync(role);
    }

    public async Task DisposeAsync()
    {
        if (Authority is null)
            return;
        await Authority.VerifyLogAsync();
        await Authority.DisposeAsync();
    }

    private async Task CreateTokensAsync(TokenRole role)
    {
        var database = Authority.Postgres.Connect("sa_operator", Authority.Database);
        var tokens = new Tokens(database);
        var provider = role == TokenRole.Provider ? await new Tenants(database).FindAsync(RunningAuthority.Telco) : null;
        var bearer = role == TokenRole.Officer ? await Officers.Officer.RegisterBearerAsync(Authority) : TokenBearer.Unknown;
        var name = role.ToString().ToLowerInvariant();
        var good = (await CreateAsync("good")).Token;
        var (revoked, expired) = (await CreateAsync("revoked"), await CreateAsync("expired"));
        // Each was worth something before: what is turned away later is a replay.
        await RequireKnownAsync(revoked.Token);
        await RequireKnownAsync(expired.Token);
        Assert.True(await tokens.RevokeAsync(revoked.Row.Id, "operator/operator-at-test"));
        await using var turnBack = Authority
            .Postgres.Connect(PostgresCluster.Superuser, Authority.Database)
            .CreateCommand(
                "update sa.access_token set expires_at = now() - interval '1 second', created_at = now() - interval '1 day' where id = $1"
            );
        turnBack.Parameters.AddWithValue(expired.Row.Id);
        Assert.Equal(1, await turnBack.ExecuteNonQueryAsync());

        Tokens[name] = (
            good,
            new Dictionary<string, string>
            {
                ["forged"] = good[..^1] + (good[^1] == 'A' ? 'B' : 'A'),
                ["cut short"] = good[..^4],
                ["revoked"] = revoked.Token,
                ["expired"] = expired.Token,
            }
        );

        Task<(AccessToken Row, string Token)> CreateAsync(string label) =>
            tokens.CreateAsync(role, provider, bearer, $"{name}-{label}", TimeSpan.FromDays(1), "operator/operator-at-test");

        async Task RequireKnownAsync(string token) => Assert.NotNull(await tokens.FindAsync(token));
    }
}
