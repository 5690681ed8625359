using System.Net.Http.Json;
using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Storage.Access;
using Registered = SigningAuthority.Storage.Access.Officers;

namespace SigningAuthority.IntegrationTests.Officers;

/// <summary>A person who approves, at the front door: with a key that the service never sees.</summary>
internal sealed class Officer
{
    public const string Path = "api/v1/officer/requests";

    private readonly HttpClient _client;

    private Officer(string name, Guid id, ECDsa key, HttpClient client)
    {
        (Name, Id, Key, _client) = (name, id, key, client);
    }

    public string Name { get; }

    public Guid Id { get; }

    public ECDsa Key { get; }

    /// <summary>Registered by what the operator's command calls, with a name that no other test has.</summary>
    public static async Task<Officer> RegisterAsync(RunningAuthority authority, string prefix = "officer")
    {
        var name = $"{prefix}-{Guid.NewGuid().ToString("N")[..8]}";
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var database = authority.Postgres.Connect("sa_operator", authority.Database);
        var publicKey = OfficerKey.TryRead(key.ExportSubjectPublicKeyInfo(), out var read) ? read : throw new InvalidOperationException();
        var row = await new Registered(database).AddAsync(OfficerName.Parse(name), publicKey, "operator/test");
        var (_, token) = await new Tokens(database).CreateAsync(
            TokenRole.Officer,
            null,
            new TokenBearer(OfficerName.Parse(name), row.Id),
            name,
            TimeSpan.FromDays(1),
            "operator/test"
        );
        return new Officer(name, row.Id, key, authority.Client(token));
    }

    /// <summary>An officer whose key is thrown away, for those tests that only look at doors.</summary>
    public static async Task<TokenBearer> RegisterBearerAsync(RunningAuthority authority)
    {
        var officer = await RegisterAsync(authority, "desk");
        return new TokenBearer(OfficerName.Parse(officer.Name), officer.Id);
    }

    public Task<Answer> ListAsync(string query = "") => _client.AskAsync(Path + query);

    public Task<Answer> ShowAsync(string request) => _client.AskAsync($"{Path}/{request}");

    /// <summary>Signs the text that the request's page gives, and sends it.</summary>
    public async Task<Answer> DecideAsync(string request, string decision, string reason = "checked with the customer")
    {
        var page = await ShowAsync(request);
        return page.Json.TryGetProperty("statement", out var statement)
            ? await SendAsync(request, Fill(statement.GetProperty(decision).GetString()!, reason))
            : page;
    }

    public Task<Answer> ApproveAsync(string request) => DecideAsync(request, "approve");

    public Task<Answer> RefuseAsync(string request, string reason = "unknown customer") => DecideAsync(request, "refuse", reason);

    public static string Fill(string template, string reason, DateTimeOffset? at = null) =>
        template.Replace("{reason}", reason).Replace("{at}", ApprovalStatement.WriteTime(at ?? DateTimeOffset.UtcNow));

    public byte[] Sign(string statement) =>
        Key.SignData(System.Text.Encoding.UTF8.GetBytes(statement), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public Task<Answer> SendAsync(string request, string statement, byte[]? signature = null) =>
        PostAsync(request, new { statement, signature = Convert.ToBase64String(signature ?? Sign(statement)) });

    public Task<Answer> PostTextAsync(string request, string json) =>
        _client.AskAsync(
            HttpMethod.Post,
            $"{Path}/{request}/decisions",
            new StringContent(json, System.Text.Encoding.UTF8, "application/json")
        );

    public Task<Answer> PostAsync(string request, object body) =>
        _client.AskAsync(HttpMethod.Post, $"{Path}/{request}/decisions", JsonContent.Create(body));
}
