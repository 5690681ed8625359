using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>A caller who repeats the same request until it is answered, as the contract tells him to: after a 503 and after a broken connection.</summary>
internal sealed class PatientCaller(HttpClient client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private int _turnedAway;

    /// <summary>How often he was told to come back, or heard nothing.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    /// <returns>The answer's body.</returns>
    /// <exception cref="Xunit.Sdk.XunitException">The answer was neither a success nor a clear 503.</exception>
    public async Task<JsonElement> UntilAcceptedAsync(Func<HttpRequestMessage> request)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(100))
        {
            try
            {
                using var response = await client.SendAsync(request());
                var body = await response.Content.ReadAsStringAsync();
                if (response.IsSuccessStatusCode)
                    return JsonDocument.Parse(body).RootElement;

                Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{(int)response.StatusCode} {body}");
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
                Assert.NotNull(response.Headers.RetryAfter);
            }
            catch (HttpRequestException)
            {
                // A broken connection: he can't know what became of his request.
            }

            Interlocked.Increment(ref _turnedAway);
        }

        throw new TimeoutException($"Not accepted within {Patience}.");
    }
}
