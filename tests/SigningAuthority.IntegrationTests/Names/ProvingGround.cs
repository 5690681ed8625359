using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>An authority whose Outreach asks a zone that tests write to and fetches from a web server of theirs; loopback is allowed to it.</summary>
public sealed class ProvingGround : IAsyncLifetime
{
    internal Zone Zone { get; } = new();

    internal ProvidersWebServer Web { get; private set; } = null!;

    internal RunningAuthority Authority { get; private set; } = null!;

    internal Npgsql.NpgsqlDataSource Everything => Authority.Postgres.Connect(PostgresCluster.Superuser, Authority.Database);

    internal IReadOnlyDictionary<string, string> OutreachEnvironment =>
        new Dictionary<string, string>
        {
            ["Outreach__Resolver"] = Zone.EndPoint.ToString(),
            ["Outreach__UnsafeAllowedNetworks"] = "127.0.0.0/8",
            ["Outreach__UnsafeProofPort"] = Web.Port.ToString(),
        };

    public async Task InitializeAsync()
    {
        await Zone.StartAsync();
        Web = await ProvidersWebServer.StartAsync();
        Authority = await RunningAuthority.StartAsync(
            new AuthorityOptions
            {
                Keys = KeyStoreKind.File,
                HasOutreach = true,
                OutreachEnvironment = OutreachEnvironment,
            }
        );
    }

    public async Task DisposeAsync()
    {
        await Authority.VerifyLogAsync();
        await Authority.DisposeAsync();
        await Web.DisposeAsync();
        await Zone.DisposeAsync();
    }

    /// <summary>Another tenant, who holds no name.</summary>
    internal async Task<HttpClient> NewTenantAsync(string name)
    {
        await Authority.OperatorAsync("provider", "add", name);
        return Authority.Client(await Authority.CreateTokenAsync("provider", name + "-noc", name));
    }
}

/// <summary>What a provider does to prove a name.</summary>
internal static class Proving
{
    public const string Path = "api/v1/provider/names";

    public static Task<Answer> ChallengeAsync(this HttpClient provider, string name, string method = "dns", bool subdomains = false) =>
        provider.AskAsync(
            HttpMethod.Post,
            Path,
            new StringContent(
                System.Text.Json.JsonSerializer.Serialize(
                    new
                    {
                        name,
                        method,
                        includeSubdomains = subdomains,
                    }
                )
            )
        );

    /// <summary>Asks for a check and waits for what comes out.</summary>
    public static async Task<Answer> CheckAsync(this HttpClient provider, Answer challenge)
    {
        var href = challenge.Member("href").TrimStart('/');
        var asked = await provider.AskAsync(HttpMethod.Post, href + "/check");
        if (asked.Status != HttpStatusCode.Accepted)
            return asked;
        Answer? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                // Not oftener: a token may ask only so often in a minute.
                await Task.Delay(TimeSpan.FromMilliseconds(250));
                return (answer = await provider.AskAsync(href)).Member("status") != "checking";
            },
            $"the check of {challenge.Member("name")}"
        );
        return answer!;
    }

    public static string Code(this Answer checkedChallenge) =>
        checkedChallenge.Json.GetProperty("lastCheck").GetProperty("code").GetString()!;

    public static async Task<System.Text.Json.JsonElement?> NameAsync(this HttpClient provider, string name)
    {
        var names = (await provider.AskAsync(Path)).Json.GetProperty("names").EnumerateArray();
        return names.Select(n => (System.Text.Json.JsonElement?)n).FirstOrDefault(n => n!.Value.GetProperty("name").GetString() == name);
    }

    /// <summary>Everything at once, for tests that need a proven name.</summary>
    public static async Task<Answer> ProveAsync(this ProvingGround ground, HttpClient provider, string name, bool subdomains = false)
    {
        var challenge = await provider.ChallengeAsync(name, "dns", subdomains);
        await ground.Zone.AddTextAsync(challenge.Member("record"), challenge.Member("value"));
        var proven = await provider.CheckAsync(challenge);
        Assert.True(proven.Member("status") == "proven", proven.ToString());
        return challenge;
    }
}
