using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Lineage;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Notices;
using Xunit;
using Tenants = SigningAuthority.Storage.Access.Providers;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>
/// A whole authority with Outreach, a provider's HTTPS server and a mail relay, all on 127.0.0.1, which Outreach may call here; other
/// private networks it may not. The servers' root is the only one that Outreach trusts.
/// </summary>
public sealed class NoticeStage : IAsyncLifetime
{
    internal const string Sender = "ca@authority.example.com";

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-notices-").FullName;
    private int _tenants;

    internal RunningAuthority Authority { get; private set; } = null!;

    internal HookReceiver Hooks { get; private set; } = null!;

    /// <summary>With a certificate that Outreach has no reason to trust.</summary>
    internal HookReceiver Untrusted { get; private set; } = null!;

    internal MailServer Mail { get; private set; } = null!;

    internal BackgroundProcess Outreach { get; private set; } = null!;

    internal NpgsqlDataSource Everything => Authority.Postgres.Connect(PostgresCluster.Superuser, Authority.Database);

    public async Task InitializeAsync()
    {
        foreach (var name in (string[])["trusted", "stranger"])
            await OpenSsl.RunAsync(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-sha256",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                File(name + ".key"),
                "-out",
                File(name + ".pem")
            );
        Hooks = await HookReceiver.StartAsync(File("trusted.pem"), File("trusted.key"));
        Untrusted = await HookReceiver.StartAsync(File("stranger.pem"), File("stranger.key"));
        Mail = await MailServer.StartAsync(File("trusted.pem"), File("trusted.key"));
        Authority = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File });
        await StartOutreachAsync();
        // Every contact is told of a new version of the roots; those of here are to hear of nothing but what their tests do.
        await Eventually.TrueAsync(
            () => Everything.ScalarAsync<bool>("select exists (select from sa.root_manifest_signature)"),
            "the roots are published"
        );
    }

    public async Task DisposeAsync()
    {
        await Authority.VerifyLogAsync();
        await Authority.DisposeAsync();
        await Mail.DisposeAsync();
        await Hooks.DisposeAsync();
        await Untrusted.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="more">What its environment has beyond or instead of the usual.</param>
    internal async Task StartOutreachAsync(params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = File("trusted.pem"),
            // .NET trusts whatever lies in it.
            ["SSL_CERT_DIR"] = Directory.CreateDirectory(File("no-others")).FullName,
            ["Outreach__UnsafeAllowedNetworks"] = "127.0.0.0/8",
            ["Outreach__Notices__FirstRetrySeconds"] = "1",
            ["Outreach__Notices__LongestRetrySeconds"] = "2",
            ["Outreach__Smtp__Host"] = "127.0.0.1",
            ["Outreach__Smtp__Port"] = Mail.Port.ToString(),
            ["Outreach__Smtp__From"] = Sender,
        };
        foreach (var (name, value) in more)
            environment[name] = value;
        Outreach = await Authority.StartOutreachAsync(environment: environment);
    }

    /// <summary>A tenant of its own for each test, with one name.</summary>
    internal async Task<NoticeTenant> TenantAsync()
    {
        var name = $"tenant-{Interlocked.Increment(ref _tenants)}";
        var database = Authority.Postgres.Connect("sa_operator", Authority.Database);
        var providers = new Tenants(database);
        var provider = await providers.AddAsync(name, "operator/test");
        await providers.AddNameAsync(provider, Fqdn.Parse(name + ".example.info"), includeSubdomains: true, "operator/test");
        var (_, token) = await new Tokens(database).CreateAsync(TokenRole.Provider, provider, name, TimeSpan.FromDays(1), "operator/test");
        return new NoticeTenant(this, Authority.Client(token), token, provider.Id, name + ".example.info");
    }

    /// <summary>Plans as if it were this many days before the end of the certificates that this authority issues now.</summary>
    internal async Task PlanAsync(double daysBeforeTheEnd)
    {
        var end = await Everything.ScalarAsync<DateTime>(
            "select min(not_after) from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.kind = 'ProvisioningServer'"
        );
        await new PlanExpiryNotices(Authority.Postgres.Connect("sa_signer", Authority.Database)).RunAsync(
            new DateTimeOffset(end, TimeSpan.Zero).AddDays(-daysBeforeTheEnd),
            NoticeScenario.DaysBefore
        );
    }

    /// <summary>Looks at what was issued until now, as the Signer's schedule does each 15 seconds.</summary>
    internal async Task WatchAsync()
    {
        await Authority.AwaitSealedAsync();
        await new PlanIssuanceNotices(Authority.Postgres.Connect("sa_signer", Authority.Database)).RunAsync(DateTimeOffset.UtcNow);
    }

    internal string File(string name) => Path.Combine(_folder, name);
}

/// <summary>A provider that wants to be told.</summary>
internal sealed class NoticeTenant(NoticeStage stage, HttpClient client, string token, Guid id, string fqdn)
{
    public const string Contacts = "api/v1/provider/contacts";
    public const string Notices = "api/v1/provider/notices";

    public Guid Id => id;

    public string Token => token;

    public string Fqdn => fqdn;

    public HttpClient Client => client;

    public LineageDesk Desk => new(client, stage.Authority.Scratch);

    public Task<Answer> AddAsync(string kind, string target, string? description = null, params string[]? about) =>
        client.AskAsync(
            HttpMethod.Post,
            Contacts,
            new StringContent(
                JsonSerializer.Serialize(
                    new
                    {
                        kind,
                        target,
                        description,
                        about,
                    }
                ),
                new MediaTypeHeaderValue("application/json")
            )
        );

    /// <returns>The contact's id and, for a webhook, its secret.</returns>
    public async Task<(string Id, string? Secret)> ContactAsync(string kind, string target, params string[]? about)
    {
        var added = await AddAsync(kind, target, null, about);
        Assert.True(added.Status == HttpStatusCode.Created, added.ToString());
        return (added.Member("id"), kind == "webhook" ? added.Member("secret") : null);
    }

    public Task<Answer> TestAsync(string contact) => client.AskAsync(HttpMethod.Post, $"{Contacts}/{contact}/test");

    public async Task<IReadOnlyList<JsonElement>> NoticesAsync()
    {
        var answer = await client.AskAsync(Notices);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return [.. answer.Json.GetProperty("notices").EnumerateArray()];
    }

    /// <summary>The one notice that there is, once it is so.</summary>
    public async Task<JsonElement> AwaitOneAsync(Func<JsonElement, bool> isSo, string what)
    {
        JsonElement found = default;
        try
        {
            await Eventually.TrueAsync(async () => (await NoticesAsync()) is [var notice] && isSo(found = notice), what);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(
                $"{late.Message}; there is {(found.ValueKind == JsonValueKind.Undefined ? "no one notice" : found)}",
                late
            );
        }

        return found;
    }

    public Task<JsonElement> AwaitStateAsync(string state) => AwaitOneAsync(notice => State(notice) == state, state);

    public static string State(JsonElement notice) => notice.GetProperty("state").GetString()!;

    public static string LastError(JsonElement notice) => notice.TryGetProperty("lastError", out var error) ? error.GetString()! : "";
}
