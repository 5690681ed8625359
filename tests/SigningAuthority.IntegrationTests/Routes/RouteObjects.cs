using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Stations;

namespace SigningAuthority.IntegrationTests.Routes;

/// <summary>
/// How a value is made for each kind of parameter in a route, owned by provider telco where it is somebody's. A parameter that is not
/// in this table fails the test of the table: whoever adds a kind of object says here how one is made.
/// </summary>
internal sealed class RouteObjects
{
    private const string Provider = "/api/v1/provider";

    private readonly Dictionary<string, Func<Task<string>>> _makers;
    private readonly RunningAuthority _authority;
    private readonly HttpClient _telco;

    public RouteObjects(RunningAuthority authority)
    {
        _authority = authority;
        _telco = authority.Client(authority.TelcoToken);
        _makers = new Dictionary<string, Func<Task<string>>>
        {
            [Provider + "/requests/{id}"] = IssuedRequestAsync,
            [Provider + "/requests/{id}/certificates/{file}"] = () => Task.FromResult("sipura.pem"),
            [Provider + "/requests/{id}/certificates/{generation}"] = SealedGenerationAsync,
            [Provider + "/watch/receipts/{fingerprint}"] = SealedFingerprintAsync,
            ["/api/v1/station/receipts/{fingerprint}"] = SealedFingerprintAsync,
            ["/api/v1/audit/receipts/{fingerprint}"] = SealedFingerprintAsync,
            ["/log/tile/{path}"] = () => Task.FromResult("0/000"),
            ["/ocsp/{address}"] = () => Task.FromResult("client"),
            ["/log/tile/entries/{path}"] = () => Task.FromResult("000"),
            [Provider + "/contacts/{id}"] = () => CreatedAsync("contacts", """{"kind": "mail", "target": "matrix@telco.net"}"""),
            [Provider + "/names/challenges/{id}"] = () =>
                CreatedAsync("names", $$"""{"name": "n{{Guid.NewGuid():N}}.example.info", "includeSubdomains": false, "method": "dns"}"""),
            ["/api/v1/officer/requests/{id}"] = IssuedRequestAsync,
            ["/api/v1/officer/certificates/{authority}"] = () => Task.FromResult("client"),
            ["/api/v1/officer/certificates/{authority}/{serialNumber}"] = () => Task.FromResult("4C01"),
            ["/api/v1/officer/recalls/{id}"] = () => Task.FromResult(Guid.NewGuid().ToString()),
            ["/.well-known/est/{order}"] = () => Task.FromResult(RunningAuthority.StandingOrder),
            ["/api/v1/station/keys/{id}"] = () => Task.FromResult(Guid.NewGuid().ToString()),
            ["/api/v1/station/reservations/{key}"] = ReservedKeyAsync,
            ["/aia/{file}"] = () => Task.FromResult("client.cer"),
            ["/roots/{file}"] = () => Task.FromResult("spacroot.crt"),
            ["/roots/{file?}"] = () => Task.FromResult("spacroot.crt"),
            ["/crl/{file}"] = () => Task.FromResult("client.crl"),
            ["/crl/{authority}"] = () => Task.FromResult("client"),
            ["/crl/{authority}/{file}"] = () => Task.FromResult("1.crl"),
            ["/openapi/{documentName}"] = () => Task.FromResult("v1"),
        };
    }

    public bool Knows(string upto) => _makers.ContainsKey(upto);

    /// <summary>What belongs to nobody else's knowledge: a tenant's own.</summary>
    public static bool IsTenants(ApiRoute route) =>
        route.Pattern.StartsWith(Provider + "/", StringComparison.Ordinal) && route.Parameters.Count > 0;

    public async Task<string> AddressAsync(ApiRoute route)
    {
        var values = new Dictionary<string, string>();
        foreach (var (_, upto) in route.Parameters)
            values[upto] = await _makers[upto]();
        return route.With(parameter => values[parameter.Upto]);
    }

    private async Task<string> IssuedRequestAsync()
    {
        var desk = new ProviderDesk(_telco);
        var made = await MadeRequest.MakeAsync(_authority.Scratch, "matrix.telco.net");
        var id = (await desk.UploadAsync(made.Pem)).Member("id");
        await desk.WaitAsync(id);
        return id;
    }

    /// <summary>Of any request that is issued by now: its receipt can be had.</summary>
    private async Task<string> SealedGenerationAsync()
    {
        await _authority.AwaitSealedAsync();
        return "sipura";
    }

    private async Task<string> SealedFingerprintAsync()
    {
        var id = await IssuedRequestAsync();
        await _authority.AwaitSealedAsync();
        var request = (await _telco.AskAsync($"{ProviderDesk.Path}/{id}")).Json;
        return request.GetProperty("certificates")[0].GetProperty("sha256").GetString()!;
    }

    private async Task<string> ReservedKeyAsync()
    {
        var key = "matrix-" + Guid.NewGuid();
        await new StationDesk(_authority.StationClient()).ReserveAsync(key, RunningAuthority.StandingOrder, 1);
        return key;
    }

    private async Task<string> CreatedAsync(string collection, string json)
    {
        var answer = await _telco.AskAsync(
            HttpMethod.Post,
            $"{Provider.TrimStart('/')}/{collection}",
            new StringContent(json, System.Text.Encoding.UTF8, "application/json")
        );
        return (int)answer.Status is >= 200 and < 300 ? answer.Member("id") : throw new InvalidOperationException(answer.ToString());
    }
}
