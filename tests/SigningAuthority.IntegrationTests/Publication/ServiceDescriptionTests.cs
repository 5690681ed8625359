using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

/// <summary>What the service says of itself: health, metrics, its description.</summary>
[Collection(ProviderFlows.Name)]
public sealed class ServiceDescriptionTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _anybody = authority.Client();

    [Fact]
    public async Task Readiness_names_database_token_and_log()
    {
        Assert.Equal(HttpStatusCode.OK, (await _anybody.AskAsync("health/live")).Status);
        var ready = await _anybody.AskAsync("health/ready");

        Assert.True(ready.Status == HttpStatusCode.OK, ready.ToString());
        foreach (var part in (string[])["database", "token", "log"])
            Assert.Equal("ready", ready.Json.GetProperty(part).GetProperty("status").GetString());
        using var client = new HttpClient();
        var signer = await client.AskAsync(authority.SignerHealth().AbsoluteUri);
        Assert.Equal(["Provider", "Device", "Log"], signer.Json.GetProperty("lanes").EnumerateArray().Select(lane => lane.GetString()!));
        Assert.Equal("ok", signer.Json.GetProperty("token").GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_was_signed_recorded_and_logged_is_compared_by_itself()
    {
        var run = (await new IssuanceLogReader(authority).AwaitAsync("type=reconciliation.run", 1))[0];

        Assert.StartsWith("signer/", run.GetProperty("actor").GetString());
        Assert.Equal(0, run.GetProperty("entry").GetProperty("differences").GetInt64());
        var ready = await _anybody.AskAsync("health/ready");
        Assert.Equal("ready", ready.Json.GetProperty("evidence").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Metrics_are_text_that_Prometheus_reads()
    {
        await authority
            .Client(authority.TelcoToken)
            .AskAsync(HttpMethod.Post, "api/v1/provider/requests?device=SPA962", new StringContent("nonsense"));
        using var plain = new HttpClient { BaseAddress = authority.PlainAddress };

        // A proxy's address is not its callers'.
        foreach (var header in (string[])["X-Forwarded-For", "Forwarded", "Via"])
            Assert.Equal(HttpStatusCode.NotFound, (await plain.AskAsync("metrics", (header, "192.0.2.1"))).Status);
        var metrics = await plain.AskAsync("metrics");

        Assert.Equal("text/plain", metrics.MediaType);
        Assert.Matches("(?m)^signing_authority_requests_total\\{[^}]*outcome=\"refused\"[^}]*\\} [1-9][0-9]*$", metrics.Text);
        Assert.All(
            metrics.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches("^(#|[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*\\})? [-+0-9.eEInfNa]+$)", line)
        );
    }

    [Fact]
    public async Task The_description_lists_every_route_with_its_methods()
    {
        var description = await _anybody.AskAsync("openapi/v1.json");

        Assert.Equal("application/json", description.MediaType);
        Assert.StartsWith("3.", description.Member("openapi"));
        var paths = description.Json.GetProperty("paths");
        foreach (
            var (path, method) in new[]
            {
                ("/api/v1/provider/requests", "post"),
                ("/api/v1/provider/requests", "get"),
                ("/api/v1/provider/requests/{id}", "get"),
                ("/api/v1/provider/requests/{id}/certificates/{file}", "get"),
                ("/api/v1/station/devices", "post"),
                ("/api/v1/station/batches", "post"),
                ("/api/v1/audit/entries", "get"),
                ("/api/v1/operator/queue", "get"),
                ("/roots/{file}", "get"),
                ("/log/checkpoint", "get"),
            }
        )
        {
            Assert.True(paths.TryGetProperty(path, out var item) && item.TryGetProperty(method, out _), $"{method} {path} is missing");
        }
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_not_offered_are_problems_too()
    {
        ProblemAssert.Is(await _anybody.AskAsync("no/such/thing"), HttpStatusCode.NotFound, "not-found");
        ProblemAssert.Is(
            await _anybody.AskAsync(HttpMethod.Delete, "roots/spacroot.crt"),
            HttpStatusCode.MethodNotAllowed,
            "method-not-allowed"
        );
    }

    [Theory]
    [InlineData("health/live", HttpStatusCode.OK)]
    [InlineData("api/v1/audit/entries", HttpStatusCode.MethodNotAllowed)]
    public async Task HEAD_over_HTTP_2_gets_its_status_and_no_broken_stream(string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await _anybody.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }
}
