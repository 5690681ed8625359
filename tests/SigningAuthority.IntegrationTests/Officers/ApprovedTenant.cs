using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Approvals;
using Tenants = SigningAuthority.Storage.Access.Providers;

namespace SigningAuthority.IntegrationTests.Officers;

/// <summary>A provider of a test's own, whose requests for the generation of <see cref="ProviderDesk.OneGeneration"/> are approved in one way.</summary>
internal sealed class ApprovedTenant
{
    private const string Actor = "operator/test";

    private readonly RunningAuthority _authority;
    private readonly Npgsql.NpgsqlDataSource _operator;
    private readonly string _token;

    private ApprovedTenant(RunningAuthority authority, Provider provider, string name, Guid tokenId, string token)
    {
        _authority = authority;
        _operator = authority.Postgres.Connect("sa_operator", authority.Database);
        (Provider, Name, TokenId, _token) = (provider, name, tokenId, token);
        Client = authority.Client(token);
        Desk = new ProviderDesk(Client);
    }

    public Provider Provider { get; }

    /// <summary>The host that it may ask for.</summary>
    public string Name { get; }

    public Guid TokenId { get; }

    public HttpClient Client { get; }

    public ProviderDesk Desk { get; }

    public static async Task<ApprovedTenant> CreateAsync(RunningAuthority authority, ApprovalMode? mode, string? holder = null)
    {
        var database = authority.Postgres.Connect("sa_operator", authority.Database);
        var unique = Guid.NewGuid().ToString("N")[..10];
        var providers = new Tenants(database);
        var provider = await providers.AddAsync("tenant-" + unique, Actor);
        var name = $"prov.tenant-{unique}.test";
        await providers.AddNameAsync(provider, Fqdn.Parse(name), includeSubdomains: false, Actor);
        var bearer = holder is null ? TokenBearer.Unknown : new TokenBearer(OfficerName.Parse(holder), null);
        var (row, token) = await new Tokens(database).CreateAsync(TokenRole.Provider, provider, bearer, "noc", TimeSpan.FromDays(1), Actor);
        var tenant = new ApprovedTenant(authority, provider, name, row.Id, token);
        if (mode is not null)
            await tenant.SetAsync(mode);
        return tenant;
    }

    public Task SetAsync(ApprovalMode? mode, string generation = "sipura") =>
        new ApprovalModes(_operator).SetAsync(Provider, generation, mode, Actor);

    /// <summary>DER, with a key of its own.</summary>
    public byte[] Csr()
    {
        using var key = RSA.Create(2048);
        return InMemoryRequest.Make(Name, key);
    }

    /// <returns>The request's id.</returns>
    public async Task<string> SubmitAsync(params string[] devices)
    {
        var answer = await Desk.UploadAsync(Csr(), devices.Length == 0 ? ProviderDesk.OneGeneration : devices);
        return answer.Status == System.Net.HttpStatusCode.Accepted
            ? answer.Member("id")
            : throw new InvalidOperationException(answer.ToString());
    }

    /// <summary>`signctl …` with the tenant's token.</summary>
    public Task<ProgramResult> SignctlAsync(params string[] arguments) =>
        RunningAuthority.SignctlAsync([
            .. arguments,
            "--url",
            _authority.Address.ToString(),
            "--cacert",
            _authority.ServiceRootFile,
            "--token",
            _token,
        ]);

    public Task<Answer> ShowAsync(string request) => Client.AskAsync($"{ProviderDesk.Path}/{request}");

    public Task<Answer> WithdrawAsync(string request, string? json = null) =>
        Client.AskAsync(
            HttpMethod.Post,
            $"{ProviderDesk.Path}/{request}/withdrawal",
            json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json")
        );

    /// <summary>The log's entries about a request, as the database has them: type and the whole entry.</summary>
    public async Task<IReadOnlyList<(string Type, System.Text.Json.JsonElement Entry)>> EntriesAsync(string request)
    {
        await using var command = _authority
            .Postgres.Connect(PostgresCluster.Superuser, _authority.Database)
            .CreateCommand("select type, convert_from(entry, 'UTF8') from sa.log_entry where request_id = $1 order by xid, id");
        command.Parameters.AddWithValue(Guid.Parse(request));
        var entries = new List<(string, System.Text.Json.JsonElement)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            entries.Add(
                (reader.GetString(0), System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(reader.GetString(1)))
            );
        return entries;
    }
}
