using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using Xunit;

namespace SigningAuthority.IntegrationTests.Lineage;

/// <summary>What a provider does with certificates that it has.</summary>
internal sealed class LineageDesk(HttpClient client, string scratch)
{
    public ProviderDesk Requests { get; } = new(client);

    /// <summary>Submits and waits until it is issued.</summary>
    public async Task<(string Id, MadeRequest Made)> IssueAsync(string commonName, params string[] devices)
    {
        var made = await MadeRequest.MakeAsync(scratch, commonName);
        return (await IssuedAsync(await Requests.UploadAsync(made.Pem, devices.Length == 0 ? null : devices)), made);
    }

    /// <param name="how">"renews" or "replaces".</param>
    public async Task<Answer> FollowAsync(string how, string id, MadeRequest made, params string[] devices)
    {
        var content = new ByteArrayContent(made.Pem);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pkcs10");
        var query = string.Concat(devices.Select(device => "&device=" + device));
        return await client.AskAsync(HttpMethod.Post, $"{ProviderDesk.Path}?{how}={id}{query}", content);
    }

    /// <summary>With a new key, for the same name, until it is issued.</summary>
    public async Task<string> FollowWithNewKeyAsync(string how, string id, string commonName, params string[] devices) =>
        await IssuedAsync(await FollowAsync(how, id, await MadeRequest.MakeAsync(scratch, commonName), devices));

    public Task<Answer> RenewAsync(string id) => client.AskAsync(HttpMethod.Post, $"{ProviderDesk.Path}/{id}/renewal");

    public Task<Answer> RevokeAsync(string id, object body) =>
        client.AskAsync(
            HttpMethod.Post,
            $"{ProviderDesk.Path}/{id}/revocation",
            new StringContent(JsonSerializer.Serialize(body), new MediaTypeHeaderValue("application/json"))
        );

    public async Task<JsonElement> ShowAsync(string id) => (await client.AskAsync($"{ProviderDesk.Path}/{id}")).Json;

    public async Task<string> IssuedAsync(Answer accepted)
    {
        Assert.True(accepted.Status == HttpStatusCode.Accepted, accepted.ToString());
        var id = accepted.Member("id");
        Assert.Equal("Issued", (await Requests.WaitAsync(id)).Member("status"));
        return id;
    }

    /// <summary>Ids of the requests that follow this one.</summary>
    /// <param name="member">"renewedBy" or "replacedBy".</param>
    public static IReadOnlyList<string> Followers(JsonElement request, string member) =>
        request.TryGetProperty(member, out var found)
            ? [.. found.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)]
            : [];

    /// <summary>"generation reason" of each certificate that is to be revoked.</summary>
    public static IReadOnlyList<string> Revocations(JsonElement request) =>
        [
            .. request
                .GetProperty("certificates")
                .EnumerateArray()
                .Where(certificate => certificate.TryGetProperty("revocationRequested", out _))
                .Select(certificate =>
                    certificate.GetProperty("generation").GetString()
                    + " "
                    + certificate.GetProperty("revocationRequested").GetProperty("reason").GetString()
                ),
        ];
}
